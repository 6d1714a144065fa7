// One step of seeding: what it does, and how it is done once and only once. Not which steps there are.
// Invariant: the first statement of a step's transaction claims its name, so of two that do the same step the second waits for
// the first and finds it done; a killed one leaves neither rows nor mark.
import type { DirectConnection } from "@app/database";
import type { RowCounts } from "./seed-mark.ts";

/** Something to be done once. */
export interface SeedStep {
  readonly name: string;
  /** Rows it is taken for in the progress. */
  readonly weight: number;
  /**
   * `rows`: one transaction, triggers off; `transaction`: one, triggers on; `statements`: each by itself, for what refuses a
   * transaction, so doing it twice must do no harm.
   */
  readonly mode: "rows" | "transaction" | "statements";
  run(connection: DirectConnection): Promise<RowCounts>;
}

/** Does a step unless it is done. @returns its rows; undefined where somebody else had done it */
export async function runStep(connection: DirectConnection, step: SeedStep): Promise<RowCounts | undefined> {
  const began = performance.now();
  const finish = async (rows: RowCounts): Promise<void> => {
    await connection.query(
      `insert into bench.seeding_steps (name, rows, milliseconds) values ($1, $2::jsonb, $3)
       on conflict (name) do update set rows = excluded.rows, milliseconds = excluded.milliseconds, finished_at = clock_timestamp()`,
      [step.name, JSON.stringify(rows), performance.now() - began],
    );
  };
  if (step.mode === "statements") {
    const rows = await step.run(connection);
    await finish(rows);
    return rows;
  }
  await connection.query("begin");
  try {
    const { rowCount } = await connection.query(
      "insert into bench.seeding_steps (name) values ($1) on conflict (name) do nothing",
      [step.name],
    );
    if (rowCount === 0) {
      await connection.query("rollback");
      return undefined;
    }
    if (step.mode === "rows") await connection.query("set local session_replication_role = replica");
    const rows = await step.run(connection);
    await finish(rows);
    await connection.query("commit");
    return rows;
  } catch (error) {
    if (connection.failure === undefined) await connection.query("rollback");
    throw error;
  }
}
