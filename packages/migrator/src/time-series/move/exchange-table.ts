// Puts the copy in the place of the live table, in one transaction: whoever waits for the table finds the hypertable, with
// every row, its triggers and views. Before it commits nothing has happened.

import { quoteIdentifier } from "@app/database";

import { MigrationStatementError, TableMoveError } from "../../errors.ts";
import { readLedger } from "../../ledger/ledger.ts";
import { runRepeatableChanges } from "../../repeatable/apply-repeatables.ts";
import { repeatableChanges, type RepeatableChange } from "../../repeatable/repeatable-changes.ts";
import { withLockRetry } from "../../session/retry.ts";
import { inTransaction } from "../../session/transaction.ts";
import { clearMove } from "./abandon-move.ts";
import { readBelongings } from "./belongings.ts";
import { readLiveTable } from "./live-table.ts";
import { logStands } from "./change-log.ts";
import { replay, replayUntilFew, type ReplayOutcome } from "./replay-changes.ts";
import { requireMovable } from "./require-movable.ts";
import { moveName, runStatements, type TableMove } from "./table-move.ts";

/**
 * How long the exchange waits for a further lock while it holds the live table's. Well under the server's
 * deadlock_timeout: an application's transaction that waits for us and holds what we want is never the one to fail.
 */
const heldLockTimeoutMs = 400;

/** Tries until it gets its locks, catching up before each attempt. */
export async function exchangeTable(move: TableMove): Promise<ReplayOutcome> {
  const { session, connection, patience, onEvent } = move.run;
  const { lockTimeoutMs, attempts } = patience;
  return withLockRetry(
    { session, connection, name: moveName(move), attempts, lockTimeoutMs, onEvent },
    async () => {
      if ((await replayUntilFew(move)) === "truncated") return "truncated";
      return inTransaction(session, lockTimeoutMs, async () => exchange(move));
    },
  );
}

async function exchange(move: TableMove): Promise<ReplayOutcome> {
  const { run, names, target } = move;
  const { session } = run;
  await session.query(`LOCK TABLE ${names.live} IN ACCESS EXCLUSIVE MODE`);
  await session.query("SELECT set_config('lock_timeout', $1, true)", [
    `${Math.min(heldLockTimeoutMs, run.patience.lockTimeoutMs)}ms`,
  ]);
  await lockReferenced(move);
  await requireUnchanged(move);
  if ((await replay(move, null)) === "truncated") return "truncated";
  const changes = await changesOf(move);
  await runRepeatableChanges(
    run,
    [],
    changes.filter(({ action }) => action === "drop"),
  );
  const belongings = await readBelongings(session, names);
  await carrySequences(move);
  await dropLive(move);
  await runStatements(run, moveName(move), [`ALTER TABLE ${names.copy} SET SCHEMA public`, ...belongings]);
  await runRepeatableChanges(
    run,
    target.repeatables,
    changes.filter((change) => change.action !== "drop"),
  );
  await clearMove(run, names);
  return "replayed";
}

/** The tables its foreign keys refer to, which are locked when it is dropped: all of them before anything is done. */
async function lockReferenced({ run, names }: TableMove): Promise<void> {
  const referenced = await run.session.query<{ name: string }>(
    `SELECT DISTINCT confrelid::regclass::text AS name FROM pg_constraint
     WHERE contype = 'f' AND conrelid = $1::regclass ORDER BY 1`,
    [names.live],
  );
  if (referenced.length > 0) {
    await run.session.query(
      `LOCK TABLE ${referenced.map(({ name }) => name).join(", ")} IN ACCESS EXCLUSIVE MODE`,
    );
  }
}

/**
 * Taking down and making again what hangs on this table, and no more: every other table's triggers would cost that table's
 * lock, and the more locks the exchange wants at once, the less likely a busy system lets it have them.
 */
async function changesOf({ run, names, target }: TableMove): Promise<readonly RepeatableChange[]> {
  const all = repeatableChanges(target.repeatables, (await readLedger(run.session)) ?? [], "all");
  const found = await run.session.query<{ view: string }>(
    `WITH RECURSIVE readers (oid) AS (
       SELECT $1::regclass::oid
       UNION
       SELECT r.ev_class FROM readers
       JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = readers.oid
       JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
     ) SELECT relname::text AS view FROM pg_class JOIN readers USING (oid) WHERE oid <> $1::regclass`,
    [names.live],
  );
  const views = new Set(found.map(({ view }) => view));
  return all.filter(
    ({ name, objectKind }) =>
      (objectKind === "trigger" && name.startsWith(`${names.table}.`)) || views.has(name),
  );
}

/** @throws {@link TableMoveError} when somebody changed the table's definition while its rows were copied. */
async function requireUnchanged({ run, names, target, shape }: TableMove): Promise<void> {
  const now = await readLiveTable(run.session, names);
  if (now?.text !== shape.text || !(await logStands(run.session, names))) {
    throw new TableMoveError(
      "move-differs",
      `The definition of ${names.table}, or the triggers that log its changes, were altered while its rows were copied: run again to copy it anew. The table is as it was.`,
      [`table ${names.table}`],
    );
  }
  await requireMovable(run.session, names, shape, target.timeColumn, target.repeatables);
}

/** The copy's own sequences of identity columns go on where those of the live table are. */
async function carrySequences({ run, names }: TableMove): Promise<void> {
  const pairs = await run.session.query<{ from: string; to: string }>(
    `SELECT pg_get_serial_sequence($1, a.attname) AS from, pg_get_serial_sequence($2, a.attname) AS to
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attidentity <> '' AND NOT a.attisdropped`,
    [names.live, names.copy],
  );
  for (const { from, to } of pairs) {
    await run.session.query(`SELECT setval($1::regclass, last_value, is_called) FROM ${from}`, [to]);
  }
}

async function dropLive(move: TableMove): Promise<void> {
  const { run, names } = move;
  try {
    await runStatements(run, moveName(move), [`DROP TABLE public.${quoteIdentifier(names.table)}`]);
  } catch (error) {
    const isDependedOn = error instanceof MigrationStatementError && error.sqlState === "2BP01";
    if (!isDependedOn) throw error;
    throw new TableMoveError(
      "move-refused",
      `The table ${names.table} cannot be exchanged because something this code does not declare depends on it: ${error.message} The table is as it was; drop what is named or declare it, then run again.`,
      [error.message],
      { cause: error },
    );
  }
}
