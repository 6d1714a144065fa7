// Times a statement and tells the hook of its end. Costs nothing where no hook is given.

import { toDatabaseError } from "../errors/to-database-error.ts";
import type { QueryEvent } from "./hooks.ts";
import { notify } from "./notify.ts";

/** Where and how the statements of one connection run. */
export interface Observation {
  readonly onQuery: ((event: QueryEvent) => void) | undefined;
  readonly server: string;
  readonly isOnReplica: boolean;
  readonly isInTransaction: boolean;
  readonly waitMilliseconds: number;
}

/** Runs `work` and reports how it went; `rowsOf` reads the number of rows out of its result. */
export async function observeStatement<Result>(
  { onQuery, ...origin }: Observation,
  { name, text }: Pick<QueryEvent, "name" | "text">,
  work: () => Promise<Result>,
  rowsOf: (result: Result) => number,
): Promise<Result> {
  if (onQuery === undefined) return work();
  const startedAt = Temporal.Now.instant();
  const start = performance.now();
  const report = (rowCount: number | undefined, error: unknown): void => {
    notify(onQuery, {
      ...origin,
      name,
      text,
      startedAt,
      durationMilliseconds: performance.now() - start,
      rowCount,
      error: error === undefined ? undefined : toDatabaseError(error),
    });
  };
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    report(undefined, error);
    throw error;
  }
  report(rowsOf(result), undefined);
  return result;
}
