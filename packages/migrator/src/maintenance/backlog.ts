// What bars that came late leave to do: roll-ups whose older buckets no longer match their rows, and old chunks that are not,
// or no longer wholly, in columns. The server itself keeps the list (its invalidation logs, the status of each chunk), so
// a run that is killed loses nothing: what it had done is off the list, the rest is on it. Nothing that is up to date is
// touched.

import { DatabaseError } from "@app/database";
import type { HypertableDeclaration, TimeSeriesDeclaration } from "@app/schema";
import type { ContinuousAggregateDeclaration, Duration } from "@app/schema/time-series";

import type { MigrationSession } from "../session/session.ts";
import { literal, refreshRangeSql } from "../time-series/change-sql.ts";
import { withExtensionFound } from "../time-series/extension-path.ts";
import type { MaintenanceListener } from "./maintenance-event.ts";

/** What was done of one roll-up or table. */
export interface BacklogOutcome {
  /** `roll-up`: ranges refreshed; `columnstore`: chunks converted. */
  readonly kind: "roll-up" | "columnstore";
  /** Name of the aggregate, or of the table or aggregate the chunks belong to. */
  readonly name: string;
  /** Ranges or chunks that were done; in a dry run those that would be. */
  readonly done: number;
  /** Those in use by others, which stay until the next run. */
  readonly inUse: number;
  /** The least and the greatest moment they cover, ISO 8601; null where there were none. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface BacklogOptions {
  /** Also what lies inside of the window that a job of the server refreshes. */
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly onEvent: MaintenanceListener | undefined;
}

interface Piece {
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** Buckets of one series in one refresh, at most: each is a transaction of its own. */
const bucketsPerRange = 2_000;
/** Milliseconds a piece waits for others before it is left to the next run. */
const patienceMs = 5_000;
/** lock_not_available, deadlock_detected, object_in_use. */
const inUseStates = new Set(["55P03", "40P01", "55006"]);
/** duplicate_object: a job converted the chunk in the meantime. */
const doneByOthers = "42710";
/** Bits of a chunk's status: compressed rows out of order, and rows beside the compressed ones. */
const partlyInColumns = 2 | 8;

/** Works off the backlog, the finest roll-up first. Community edition only. */
export async function workOffBacklog(
  session: MigrationSession,
  { hypertables, continuousAggregates }: TimeSeriesDeclaration,
  options: BacklogOptions,
): Promise<readonly BacklogOutcome[]> {
  return withExtensionFound(session, async () => {
    await session.query("SELECT set_config('lock_timeout', $1, false)", [`${patienceMs}ms`]);
    try {
      const outcomes: BacklogOutcome[] = [];
      for (const aggregate of continuousAggregates) {
        const pieces = await readStaleRanges(session, aggregate, options.all);
        const work = { kind: "roll-up", name: aggregate.name } as const;
        outcomes.push(
          await run(session, work, pieces, options, ({ target, from, to }) =>
            refreshRangeSql(target, from, to),
          ),
        );
      }
      for (const { name, after } of columnstoresOf(hypertables, continuousAggregates)) {
        const pieces = await readUnconvertedChunks(session, name, after);
        const work = { kind: "columnstore", name } as const;
        outcomes.push(
          await run(
            session,
            work,
            pieces,
            options,
            ({ target }) => `CALL convert_to_columnstore(${literal(target)})`,
          ),
        );
      }
      return outcomes;
    } finally {
      await session.query("SELECT set_config('lock_timeout', '0', false)").catch(() => []);
    }
  });
}

function columnstoresOf(
  hypertables: readonly HypertableDeclaration[],
  aggregates: readonly ContinuousAggregateDeclaration[],
): readonly { readonly name: string; readonly after: Duration }[] {
  return [
    ...hypertables.map(({ table, columnstore }) => ({ name: table, after: columnstore?.after })),
    ...aggregates.map(({ name, columnstore }) => ({ name, after: columnstore?.after })),
  ].flatMap(({ name, after }) => (after === undefined ? [] : [{ name, after }]));
}

async function run(
  session: MigrationSession,
  work: Pick<BacklogOutcome, "kind" | "name">,
  pieces: readonly Piece[],
  { dryRun, onEvent }: BacklogOptions,
  statement: (piece: Piece) => string,
): Promise<BacklogOutcome> {
  const start = performance.now();
  let inUse = 0;
  for (const [index, piece] of (dryRun ? [] : pieces).entries()) {
    try {
      await session.query(statement(piece));
    } catch (error) {
      const sqlState = error instanceof DatabaseError ? error.sqlState : undefined;
      if (sqlState !== undefined && inUseStates.has(sqlState)) inUse += 1;
      else if (sqlState !== doneByOthers) throw error;
    }
    onEvent?.({ type: "backlog-progress", ...work, done: index + 1, total: pieces.length });
  }
  const outcome: BacklogOutcome = {
    ...work,
    done: pieces.length - inUse,
    inUse,
    from: pieces.at(0)?.from ?? null,
    to: pieces.at(-1)?.to ?? null,
  };
  if (pieces.length > 0) {
    onEvent?.({ type: "backlog-done", outcome, durationMs: performance.now() - start });
  }
  return outcome;
}

/** SQL: microseconds since 1970 of a moment, and back; the logs count in them. */
const microseconds = (moment: string): string => `(extract(epoch FROM ${moment}) * 1000000)::bigint`;
const moment = (count: string): string => `('epoch'::timestamptz + ${count} * INTERVAL '1 microsecond')`;
const iso = (value: string): string => `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * The ranges that the server knows to be stale, as far as rows are stored there, in whole buckets. What a job refreshes in
 * its time is left to it unless all is asked for; what retention has dropped is no range of stored rows, and its buckets stay.
 */
async function readStaleRanges(
  session: MigrationSession,
  { name, bucket, refresh }: ContinuousAggregateDeclaration,
  all: boolean,
): Promise<readonly Piece[]> {
  return session.query<Piece>(
    `WITH aggregate AS (
       SELECT a.mat_hypertable_id, a.raw_hypertable_id, h.schema_name, h.table_name
       FROM _timescaledb_catalog.continuous_agg a
       JOIN _timescaledb_catalog.hypertable h ON h.id = a.raw_hypertable_id
       WHERE a.user_view_schema = 'public' AND a.user_view_name = $1
     ), logged AS (
       SELECT lowest_modified_value AS low, greatest_modified_value AS high
       FROM _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
       JOIN aggregate ON materialization_id = mat_hypertable_id
       UNION ALL
       SELECT lowest_modified_value, greatest_modified_value
       FROM _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log
       JOIN aggregate ON hypertable_id = raw_hypertable_id
     ), stale AS (
       SELECT range_agg(int8range(
         CASE WHEN low > -9223372036854775808 THEN low END,
         CASE WHEN high < 9223372036854775807 THEN high + 1 END)) AS ranges FROM logged
     ), stored AS (
       SELECT range_agg(int8range(${microseconds("c.range_start")}, ${microseconds("c.range_end")})) AS ranges
       FROM timescaledb_information.chunks c
       JOIN aggregate ON c.hypertable_schema = schema_name AND c.hypertable_name = table_name
     ), affected AS (
       SELECT unnest(stale.ranges * stored.ranges) AS range FROM stale, stored
     ), whole AS (
       SELECT range_agg(tstzrange(
           time_bucket($2::interval, ${moment("lower(range)")}),
           time_bucket($2::interval, ${moment("(upper(range) - 1)")}) + $2::interval))
         * tstzmultirange(tstzrange(NULL, CASE WHEN $5
             THEN time_bucket($2::interval, now() - $4::interval)
             ELSE time_bucket($2::interval, now() - $3::interval) + $2::interval END)) AS ranges
       FROM affected
     )
     SELECT $1 AS target, ${iso("piece")} AS from, ${iso("least(piece + $2::interval * $6, upper(range))")} AS to
     FROM (SELECT unnest(ranges) AS range FROM whole) AS ranges,
       generate_series(lower(range), upper(range) - INTERVAL '1 microsecond', $2::interval * $6) AS piece
     ORDER BY piece`,
    [name, bucket, refresh.startOffset, refresh.endOffset, all, bucketsPerRange],
  );
}

/** Chunks old enough to be in columns that are not, or have rows beside them. */
async function readUnconvertedChunks(
  session: MigrationSession,
  name: string,
  after: Duration,
): Promise<readonly Piece[]> {
  return session.query<Piece>(
    `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS target,
       ${iso("c.range_start")} AS from, ${iso("c.range_end")} AS to
     FROM timescaledb_information.chunks c
     LEFT JOIN timescaledb_information.continuous_aggregates a
       ON a.materialization_hypertable_schema = c.hypertable_schema
         AND a.materialization_hypertable_name = c.hypertable_name
     JOIN timescaledb_information.hypertable_columnstore_settings s
       ON s.hypertable = format('%I.%I', c.hypertable_schema, c.hypertable_name)::regclass
     WHERE coalesce(a.view_schema, c.hypertable_schema) = 'public'
       AND coalesce(a.view_name, c.hypertable_name) = $1
       AND c.range_end < now() - $2::interval
       AND (NOT c.is_compressed
         OR _timescaledb_functions.chunk_status(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) & $3 <> 0)
     ORDER BY c.range_start`,
    [name, after, partlyInColumns],
  );
}
