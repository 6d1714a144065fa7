// Makes a large ordinary table a hypertable while the application goes on reading and writing it. Bounded transactions,
// each with its progress row; a run that was killed anywhere is gone on with by the next. Not for small or empty tables:
// one create_hypertable call does those.

import { quoteIdentifier } from "@app/database";

import { TableMoveError } from "../../errors.ts";
import type { Run } from "../../run.ts";
import { abandonMove } from "./abandon-move.ts";
import { beginMove, readFile } from "./begin-move.ts";
import { logStands } from "./change-log.ts";
import { copyRows } from "./copy-rows.ts";
import { exchangeTable } from "./exchange-table.ts";
import { readLiveTable } from "./live-table.ts";
import { readProgress, writeProgress, type MoveProgress } from "./move-progress.ts";
import { movingNames } from "./moving-names.ts";
import { createProgressReport } from "./progress-report.ts";
import { proveCopy } from "./prove-copy.ts";
import { loggedTime, replayUntilFew, type ReplayOutcome } from "./replay-changes.ts";
import { requireMovable } from "./require-movable.ts";
import { inStep, moveName, type TableMove, type TableMoveTarget } from "./table-move.ts";

const defaultBatchRows = 20_000;

/**
 * Moves a table. The migration lock must be held, and functions, triggers and views must be those of the code.
 * @returns how many rows were copied, those of earlier runs of the same move included; 0 where it is a hypertable already.
 * @throws {@link TableMoveError}, MigrationBlockedError, MigrationStatementError; the live table is then as it was.
 */
export async function moveTableIntoHypertable(
  run: Run,
  options: TableMoveTarget,
): Promise<{ readonly rows: bigint }> {
  const target = { batchRows: defaultBatchRows, ...options };
  const names = movingNames(target.table);
  const shape = await readLiveTable(run.session, names);
  if (shape === undefined) {
    throw new TableMoveError("move-refused", `There is no table ${target.table} to move.`, [
      `table ${target.table}, which is missing`,
    ]);
  }
  if (await isHypertable(run, target.table)) return { rows: 0n };
  await requireMovable(run.session, names, shape, target.timeColumn, target.repeatables);
  const move: TableMove = { run, target, names, shape };
  const report = createProgressReport(moveName(move), run.onEvent);
  let progress = await resumeOrBegin(move);
  for (;;) {
    progress = await copyRows(move, progress, report);
    if ((await finish(move)) === "replayed") return { rows: progress.rows };
    progress = await copyAnew(move, progress);
  }
}

async function isHypertable({ session }: Run, table: string): Promise<boolean> {
  const [row] = await session.query<{ exists: boolean }>(
    `SELECT EXISTS (SELECT FROM timescaledb_information.hypertables
       WHERE hypertable_schema = 'public' AND hypertable_name = $1) AS exists`,
    [table],
  );
  return row?.exists ?? false;
}

async function resumeOrBegin(move: TableMove): Promise<MoveProgress> {
  const { run, target, names } = move;
  const shape = JSON.stringify([target.timeColumn, target.chunkInterval, move.shape.text]);
  const found = await readProgress(run.session, target.table);
  if (found !== undefined) {
    if (found.state !== "differs" && found.shape === shape && (await logStands(run.session, names))) {
      return found;
    }
    await abandonMove(run, target.table);
  }
  return beginMove(move, shape);
}

async function finish(move: TableMove): Promise<ReplayOutcome> {
  if ((await replayUntilFew(move)) === "truncated") return "truncated";
  await addForeignKeys(move);
  // Without it every query would be planned without statistics at first, just when everybody comes back.
  await inStep(move.run, moveName(move), async () => move.run.session.query(`ANALYZE ${move.names.copy}`));
  if ((await replayUntilFew(move)) === "truncated") return "truncated";
  if ((await proveCopy(move)) === "truncated") return "truncated";
  return exchangeTable(move);
}

/**
 * Foreign keys come after the rows: with them every new chunk would lock the referenced table against its writers until
 * its batch ends. Checked apart from being added, so that they hold up nobody while they are.
 */
async function addForeignKeys(move: TableMove): Promise<void> {
  const { run, names, shape } = move;
  const { session } = run;
  for (const { name, definition } of shape.foreignKeys) {
    const key = quoteIdentifier(name);
    const isChecked = !/ NOT (?:VALID|ENFORCED)$/u.test(definition);
    await inStep(run, moveName(move), async () => {
      const [found] = await session.query<{ exists: boolean }>(
        "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2) AS exists",
        [names.copy, name],
      );
      if (found?.exists === true) return;
      await session.script(
        `ALTER TABLE ${names.copy} ADD CONSTRAINT ${key} ${definition}${isChecked ? " NOT VALID" : ""}`,
      );
    });
    if (!isChecked) continue;
    await inStep(run, moveName(move), async () =>
      session.script(`ALTER TABLE ${names.copy} VALIDATE CONSTRAINT ${key}`),
    );
  }
}

/** The live table was truncated: the copy is emptied too, and what came after is copied. */
async function copyAnew(move: TableMove, before: MoveProgress): Promise<MoveProgress> {
  const { run, names } = move;
  const { session } = run;
  return inStep(run, moveName(move), async () => {
    await session.query(`LOCK TABLE ${names.live} IN ACCESS SHARE MODE`);
    await session.query(`DELETE FROM ${names.log} WHERE ${loggedTime(move)} IS NULL`);
    await session.query(`TRUNCATE ${names.copy}`);
    const progress: MoveProgress = {
      ...before,
      ...(await readFile(move)),
      state: "copying",
      nextBlock: 0n,
      rows: 0n,
    };
    await writeProgress(session, names.table, progress);
    return progress;
  });
}
