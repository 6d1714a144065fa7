// Takes away what a move made: after the exchange, or without one, which leaves the live table as it was before the move.

import { quoteIdentifier } from "@app/database";

import type { Run } from "../../run.ts";
import { anyMoveBegan, progressTable } from "./move-progress.ts";
import { logTriggers, movingNames, movingSchema, type MovingNames } from "./moving-names.ts";
import { inStep, runStatements } from "./table-move.ts";

/** Removes a move's log and progress, and the schema with the last of them; the caller owns the transaction. */
export async function clearMove(run: Run, { table, log, logFunction }: MovingNames): Promise<void> {
  await run.session.query(`DELETE FROM ${progressTable} WHERE table_name = $1`, [table]);
  await runStatements(run, `move of ${table}`, [
    `DROP TABLE IF EXISTS ${log}`,
    `DROP FUNCTION IF EXISTS ${logFunction}()`,
  ]);
  const [left] = await run.session.query<{ moves: bigint; others: bigint }>(
    `SELECT (SELECT count(*) FROM ${progressTable}) AS moves,
       (SELECT count(*) FROM pg_class WHERE relnamespace = '${movingSchema}'::regnamespace AND relkind <> 'i') +
       (SELECT count(*) FROM pg_proc WHERE pronamespace = '${movingSchema}'::regnamespace) AS others`,
  );
  if (left?.moves !== 0n) return;
  await run.session.query(`DROP TABLE ${progressTable}`);
  // Somebody may have put something of his own there.
  if (left.others === 1n) await run.session.query(`DROP SCHEMA ${movingSchema}`);
}

/** Ends the move of a table without the exchange. */
export async function abandonMove(run: Run, table: string): Promise<void> {
  const names = movingNames(table);
  await inStep(run, `move of ${table}`, async () => {
    const [found] = await run.session.query<{ live: boolean }>("SELECT to_regclass($1) IS NOT NULL AS live", [
      names.live,
    ]);
    await runStatements(run, `move of ${table}`, [
      ...(found?.live === true
        ? Object.values(logTriggers).map(
            (name) => `DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${names.live}`,
          )
        : []),
      `DROP TABLE IF EXISTS ${names.copy}`,
    ]);
    await clearMove(run, names);
  });
}

/**
 * Ends every move that was begun and not finished: for whoever is about to change the tables themselves, since a column
 * of the key that is renamed would stop the log, and with it every writer. Does nothing where there is none.
 */
export async function abandonMoves(run: Run): Promise<readonly string[]> {
  if (!(await anyMoveBegan(run.session))) return [];
  const begun = await run.session.query<{ table: string }>(
    `SELECT table_name AS table FROM ${progressTable} ORDER BY 1`,
  );
  for (const { table } of begun) await abandonMove(run, table);
  return begun.map(({ table }) => table);
}
