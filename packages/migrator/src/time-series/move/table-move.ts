// One move of one table: what every step of it is given, and how a step runs.

import type { RepeatableObject } from "@app/schema";
import type { Duration } from "@app/schema/time-series";

import type { Run } from "../../run.ts";
import { withLockRetry } from "../../session/retry.ts";
import { runStatement } from "../../session/run-statement.ts";
import { inTransaction } from "../../session/transaction.ts";
import type { LiveTableShape } from "./live-table.ts";
import type { MovingNames } from "./moving-names.ts";

/** What is to become of a table. */
export interface TableMoveTarget {
  readonly table: string;
  readonly timeColumn: string;
  readonly chunkInterval: Duration;
  /** The functions, triggers and views of this code; they are taken down and made again with the exchange. */
  readonly repeatables: readonly RepeatableObject[];
  /** Rows copied or replayed in one transaction, about. @defaultValue 20 000 */
  readonly batchRows?: number;
}

export interface TableMove {
  readonly run: Run;
  readonly target: Required<TableMoveTarget>;
  readonly names: MovingNames;
  readonly shape: LiveTableShape;
}

/** Name of the move in events and messages. */
export function moveName({ target }: TableMove): string {
  return `move of ${target.table}`;
}

/** Runs `work` in a transaction of its own, again where it lost a contest for locks. It must leave nothing behind. */
export async function inStep<Result>(
  run: Run,
  name: string,
  work: () => Promise<Result>,
  lockTimeoutMs = run.patience.lockTimeoutMs,
): Promise<Result> {
  const { session, connection, patience, onEvent } = run;
  return withLockRetry(
    { session, connection, name, attempts: patience.attempts, lockTimeoutMs, onEvent },
    async () => inTransaction(session, lockTimeoutMs, work),
  );
}

/** Sends statements one by one. @throws MigrationStatementError naming the one that was refused */
export async function runStatements(
  { session }: Run,
  name: string,
  statements: readonly string[],
): Promise<void> {
  for (const [index, sql] of statements.entries()) {
    const firstLine = sql.trim().split("\n", 1)[0] ?? "";
    const place = { name, statement: index + 1, statements: statements.length, firstLine };
    await runStatement(session, sql, place, "Nothing of this step was kept.");
  }
}
