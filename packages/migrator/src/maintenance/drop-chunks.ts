// Retention of a hypertable by whole chunks, through the procedure that the job of the community edition calls too.

import { quoteIdentifier } from "@app/database";

import type { MigrationSession } from "../session/session.ts";
import { keptCondition, type RetentionOutcome, type RetentionTask } from "./retention-task.ts";

interface ExpiredChunk {
  readonly from: string;
  readonly to: string;
}

/** Drops what may go of a hypertable, or only counts it. Each chunk is a transaction of its own. */
export async function dropChunks(
  session: MigrationSession,
  task: RetentionTask,
  dryRun: boolean,
): Promise<RetentionOutcome> {
  const { table, before, timeColumn, dropAfter, holdColumn } = task;
  const expired = await readExpired(session, task);
  if (!dryRun && expired.length > 0) {
    await session.query("CALL public.drop_expired_chunks(0, $1::jsonb)", [
      JSON.stringify({
        schema: "public",
        hypertable: table,
        time_column: timeColumn,
        drop_after: dropAfter,
        hold_column: holdColumn,
      }),
    ]);
  }
  const left = dryRun ? expired : await readExpired(session, task);
  let held = 0;
  for (const chunk of left) {
    if (await isHeld(session, task, chunk)) held += 1;
  }
  const free = left.length - held;
  return {
    means: "chunks",
    table,
    before,
    removed: dryRun ? free : expired.length - left.length,
    held,
    inUse: dryRun ? 0 : free,
  };
}

async function readExpired(
  session: MigrationSession,
  { table, before }: RetentionTask,
): Promise<readonly ExpiredChunk[]> {
  return session.query<ExpiredChunk>(
    `SELECT DISTINCT range_start::text AS from, range_end::text AS to
     FROM timescaledb_information.chunks
     WHERE hypertable_schema = 'public' AND hypertable_name = $1 AND range_end <= $2::timestamptz`,
    [table, before],
  );
}

async function isHeld(
  session: MigrationSession,
  task: RetentionTask,
  { from, to }: ExpiredChunk,
): Promise<boolean> {
  const { table, timeColumn, before } = task;
  const kept = keptCondition(task, "$3");
  if (kept === undefined) return false;
  const time = quoteIdentifier(timeColumn);
  const [row] = await session.query<{ readonly held: boolean }>(
    `SELECT EXISTS (SELECT FROM public.${quoteIdentifier(table)}
       WHERE ${time} >= $1::timestamptz AND ${time} < $2::timestamptz
         AND ${kept}) AS held`,
    [from, to, ...(kept.includes("$3") ? [before] : [])],
  );
  return row?.held ?? false;
}
