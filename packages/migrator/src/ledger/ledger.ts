// The table `public.schema_migrations`: reads and writes of the ledger, and nothing else. Every write is meant to
// share the transaction of what it records; creating the table happens under the migration lock.

import { MigratorError } from "../errors.ts";
import type { StepKind } from "../plan/step.ts";
import type { MigrationSession } from "../session/session.ts";
import type { LedgerRow } from "./ledger-row.ts";

const columns = [
  "kind",
  "name",
  "position",
  "hash",
  "state",
  "statements_done",
  "done_hash",
  "object_kind",
  "undo",
  "applied_at",
  "duration_ms",
  "applied_by",
] as const;

const createTable = `
CREATE TABLE IF NOT EXISTS public.schema_migrations (
  kind text NOT NULL CHECK (kind IN ('versioned', 'repeatable', 'declared')),
  name text NOT NULL,
  position integer NOT NULL,
  hash text NOT NULL,
  state text NOT NULL DEFAULT 'applied' CHECK (state IN ('applying', 'applied')),
  statements_done integer NOT NULL,
  done_hash text,
  object_kind text,
  undo text,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  duration_ms double precision NOT NULL,
  applied_by text NOT NULL DEFAULT current_user,
  PRIMARY KEY (kind, name)
)`;

/** Makes the ledger when it is not there. Call it with the migration lock held. */
export async function createLedger(session: MigrationSession): Promise<void> {
  await session.query(createTable);
}

/**
 * All rows in order of application; `undefined` when this database was never migrated.
 * @throws {@link MigratorError} `ledger-foreign` when a table of that name belongs to another tool.
 */
export async function readLedger(session: MigrationSession): Promise<readonly LedgerRow[] | undefined> {
  const found = await session.query<{ columns: readonly string[] | null }>(
    `SELECT array_agg(attname::text) AS columns FROM pg_attribute
     WHERE attrelid = to_regclass('public.schema_migrations') AND attnum > 0 AND NOT attisdropped`,
  );
  const present = found[0]?.columns;
  if (present === null || present === undefined) {
    return undefined;
  }
  if (columns.some((column) => !present.includes(column))) {
    throw new MigratorError(
      "ledger-foreign",
      "The table public.schema_migrations was made by another tool: rename it, or point DATABASE_URL at a database of its own.",
    );
  }
  return session.query<LedgerRow>(
    `SELECT kind, name, position, hash, state, statements_done AS "statementsDone", done_hash AS "doneHash",
            object_kind AS "objectKind", undo,
            to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "appliedAt",
            duration_ms AS "durationMs", applied_by AS "appliedBy"
     FROM public.schema_migrations ORDER BY kind, position, name`,
  );
}

/** What a caller knows of a row; role and time are the server's. */
export type LedgerEntry = Omit<LedgerRow, "appliedAt" | "appliedBy">;

/** Writes or replaces a row. */
export async function recordInLedger(session: MigrationSession, entry: LedgerEntry): Promise<void> {
  await session.query(
    `INSERT INTO public.schema_migrations AS ledger
       (kind, name, position, hash, state, statements_done, done_hash, object_kind, undo, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (kind, name) DO UPDATE SET
       position = excluded.position, hash = excluded.hash, state = excluded.state,
       statements_done = excluded.statements_done, done_hash = excluded.done_hash,
       object_kind = excluded.object_kind, undo = excluded.undo,
       applied_at = excluded.applied_at, duration_ms = excluded.duration_ms, applied_by = excluded.applied_by`,
    [
      entry.kind,
      entry.name,
      entry.position,
      entry.hash,
      entry.state,
      entry.statementsDone,
      entry.doneHash,
      entry.objectKind,
      entry.undo,
      entry.durationMs,
    ],
  );
}

/** Takes rows out. */
export async function removeFromLedger(
  session: MigrationSession,
  kind: StepKind,
  names: readonly string[],
): Promise<void> {
  if (names.length > 0) {
    await session.query(`DELETE FROM public.schema_migrations WHERE kind = $1 AND name = ANY ($2::text[])`, [
      kind,
      names,
    ]);
  }
}

/** Gives rows the positions of a list, so that they can later be taken down in its reverse order. */
export async function numberInLedger(
  session: MigrationSession,
  kind: StepKind,
  names: readonly string[],
): Promise<void> {
  await session.query(
    `UPDATE public.schema_migrations AS ledger SET position = listed.ordinality - 1
     FROM unnest($2::text[]) WITH ORDINALITY AS listed (name, ordinality)
     WHERE ledger.kind = $1 AND ledger.name = listed.name AND ledger.position <> listed.ordinality - 1`,
    [kind, names],
  );
}
