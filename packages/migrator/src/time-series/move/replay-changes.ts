// Takes over what changed while the rows were copied: for each logged key the copy gets what the live table holds now, or
// nothing. A change that is committed meanwhile stays in the log for the next round, since only entries that were read
// are removed.

import { DatabaseError } from "@app/database";

import { approximateMicroseconds } from "@app/schema/time-series";

import { loggedKey, sameKey } from "./change-log.ts";
import { quotedList } from "./moving-names.ts";
import type { TableMove } from "./table-move.ts";
import { inStep, moveName } from "./table-move.ts";

/** How a round ended: `truncated` means that the live table was emptied and the copy has to begin again. */
export type ReplayOutcome = "replayed" | "truncated";

/** Fewer than a lock should wait before the server looks for a deadlock: whoever else is in it goes on, we try again. */
export const briefLockTimeoutMs = 500;

interface LogGroup {
  readonly changes: string;
  readonly earliest: string | null;
  readonly latest: string | null;
}

const uniqueViolation = "23505";
const foreignKeyViolation = "23503";

/** Replays until few entries are left; each round is a bounded transaction. */
export async function replayUntilFew(move: TableMove): Promise<ReplayOutcome> {
  const { run, names, target } = move;
  let rows = target.batchRows;
  // Writers who log faster than this replays must not keep it for ever: it contents itself with less and less.
  let few = Math.max(1, Math.floor(target.batchRows / 20));
  for (let round = 1; ; round += 1) {
    const [left] = await run.session.query<{ entries: bigint }>(
      `SELECT count(*) AS entries FROM (SELECT FROM ${names.log} LIMIT $1) AS first_ones`,
      [few],
    );
    if ((left?.entries ?? 0n) < BigInt(few)) return "replayed";
    if (round % 10 === 0) few *= 2;
    const limit = rows;
    try {
      const outcome = await inStep(
        run,
        moveName(move),
        async () => replay(move, limit),
        Math.min(briefLockTimeoutMs, run.patience.lockTimeoutMs),
      );
      if (outcome === "truncated") return outcome;
      rows = target.batchRows;
    } catch (error) {
      if (!(error instanceof DatabaseError) || round > 100) throw error;
      // Two rows that exchanged a unique value since belong into one round; a referenced row went between two statements.
      if (error.sqlState === uniqueViolation) rows *= 2;
      else if (error.sqlState !== foreignKeyViolation) throw error;
    }
  }
}

/** Replays up to `limit` entries, all of them where it is null; the caller owns the transaction. */
export async function replay(move: TableMove, limit: number | null): Promise<ReplayOutcome> {
  for (const group of await readGroups(move, limit)) {
    if (group.earliest === null || group.latest === null) return "truncated";
    await replayGroup(move, group.changes, [group.earliest, group.latest]);
  }
  return "replayed";
}

/** The oldest entries, those of about one chunk together: a statement then touches one chunk, and not each of thousands. */
async function readGroups(
  { run, names, shape, target }: TableMove,
  limit: number | null,
): Promise<readonly LogGroup[]> {
  const time = loggedTime({ shape, target });
  const width = Math.round(approximateMicroseconds(target.chunkInterval));
  return run.session.query<LogGroup>(
    `SELECT array_agg(change)::text AS changes, min(${time})::text AS earliest, max(${time})::text AS latest
     FROM (SELECT change, ${time} FROM ${names.log} ORDER BY change LIMIT $1) AS oldest
     GROUP BY date_bin(interval '${width} microseconds', ${time}::timestamptz, timestamptz 'epoch')
     ORDER BY min(${time}) NULLS FIRST`,
    [limit],
  );
}

async function replayGroup(
  { run, names, shape, target }: TableMove,
  changes: string,
  [earliest, latest]: readonly [string, string],
): Promise<void> {
  const { session } = run;
  const { copy, live, log } = names;
  const time = quotedList([target.timeColumn]);
  const type = shape.key.find(({ name }) => name === target.timeColumn)?.type ?? "timestamptz";
  const within = (alias: string): string => `${alias}.${time} BETWEEN $2::${type} AND $3::${type}`;
  const changed = `(SELECT DISTINCT ${loggedKey(shape.key).join(", ")} FROM ${log} WHERE change = ANY ($1::bigint[])) AS changed`;
  const parameters = [changes, earliest, latest];
  await session.query(
    `DELETE FROM ${copy} AS copy USING ${changed} WHERE ${within("copy")} AND ${sameKey(shape.key, "copy")}`,
    parameters,
  );
  await session.query(
    `INSERT INTO ${copy} (${quotedList(shape.columns)}) OVERRIDING SYSTEM VALUE
     SELECT ${quotedList(shape.columns, "live.")} FROM ${changed}
     JOIN ONLY ${live} AS live ON ${within("live")} AND ${sameKey(shape.key, "live")}`,
    parameters,
  );
  await session.query(`DELETE FROM ${log} WHERE change = ANY ($1::bigint[])`, [changes]);
}

/** The log's column that holds the time. */
export function loggedTime({ shape, target }: Pick<TableMove, "shape" | "target">): string {
  return `key_${shape.key.findIndex(({ name }) => name === target.timeColumn) + 1}`;
}
