// Times one attempt at a transaction and tells the hook of its end. Costs nothing where no hook is given.

import { UnknownOutcomeError } from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import type { TransactionEvent, TransactionOutcome } from "./hooks.ts";
import type { Lease } from "./lease.ts";
import { notify } from "./notify.ts";
import type { TransactionMode } from "./transaction.ts";

/** Runs one attempt and reports how it went. */
export async function observeTransaction<Result>(
  onTransaction: ((event: TransactionEvent) => void) | undefined,
  lease: Pick<Lease, "server" | "waitMilliseconds">,
  mode: TransactionMode,
  attempt: number,
  work: () => Promise<Result>,
): Promise<Result> {
  if (onTransaction === undefined) return work();
  const startedAt = Temporal.Now.instant();
  const start = performance.now();
  const report = (outcome: TransactionOutcome, error: unknown): void => {
    notify(onTransaction, {
      attempt,
      outcome,
      isolationLevel: mode.isolationLevel ?? "read committed",
      isReadOnly: mode.readOnly ?? false,
      startedAt,
      waitMilliseconds: lease.waitMilliseconds,
      durationMilliseconds: performance.now() - start,
      error: error === undefined ? undefined : toDatabaseError(error),
      server: lease.server,
    });
  };
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    report(error instanceof UnknownOutcomeError ? "unknown" : "rolled-back", error);
    throw error;
  }
  report("committed", undefined);
  return result;
}
