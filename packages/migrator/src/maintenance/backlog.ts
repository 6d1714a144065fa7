// What bars that came late leave to do: roll-ups whose older buckets no longer match their rows, and old chunks that are not,
// or no longer wholly, in columns. The server itself keeps the list (its invalidation logs, the status of each chunk), so
// a run that is killed loses nothing: what it had done is off the list, the rest is on it. Nothing that is up to date is
// touched.

import { DatabaseError } from "@app/database";
import type { HypertableDeclaration, TimeSeriesDeclaration } from "@app/schema";
import type { ContinuousAggregateDeclaration, Duration } from "@app/schema/time-series";

import type { MigrationSession } from "../session/session.ts";
import { bucketsPerRange, literal, refreshRangeSql } from "../time-series/change-sql.ts";
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
  /** The least and the greatest moment they cover, ISO 8601. */
  readonly from: string;
  readonly to: string;
}

export interface BacklogOptions {
  /** Also what lies inside of the window that a job of the server refreshes. */
  readonly all: boolean;
  /** Only chunks that have rows beside their columns, not those that were never converted. */
  readonly onlyPartlyInColumns: boolean;
  readonly dryRun: boolean;
  readonly onEvent?: MaintenanceListener | undefined;
}

interface Piece {
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** Milliseconds a piece waits for others before it is left to the next run. */
const patienceMs = 5_000;
/** lock_not_available, deadlock_detected, object_in_use; and serialization_failure, for rows that were written meanwhile. */
const inUseStates = new Set(["55P03", "40P01", "55006", "40001"]);
/** duplicate_object, undefined_table: a job converted the chunk in the meantime, joined it to another, or dropped it. */
const chunkDoneByOthers = new Set(["42710", "42P01"]);
/** Bits of a chunk's status: compressed rows out of order, and rows beside the compressed ones. */
const partlyInColumns = 2 | 8;
/** Of a chunk that is not to be touched. */
const frozen = 4;

/** Works off the backlog, the finest roll-up first; what had nothing to do is left out. Community edition only. */
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
        const { retention } = hypertables.find(({ table }) => table === aggregate.table) ?? {};
        const ages = [retention, aggregate.retention].flatMap((found) => found?.dropAfter ?? []);
        outcomes.push(
          ...(await run(session, options, {
            kind: "roll-up",
            name: aggregate.name,
            read: () => readStaleRanges(session, aggregate, { all: options.all, ages }),
            sql: ({ target, from, to }) => refreshRangeSql(target, from, to),
          })),
        );
      }
      for (const { name, after } of columnstoresOf(hypertables, continuousAggregates)) {
        outcomes.push(
          ...(await run(session, options, {
            kind: "columnstore",
            name,
            read: () => readUnconvertedChunks(session, name, after, options.onlyPartlyInColumns),
            sql: ({ target }) => `CALL convert_to_columnstore(${literal(target)})`,
          })),
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

interface Work extends Pick<BacklogOutcome, "kind" | "name"> {
  /** What is on the list now. */
  readonly read: () => Promise<readonly Piece[]>;
  readonly sql: (piece: Piece) => string;
}

async function run(
  session: MigrationSession,
  { dryRun, onEvent }: BacklogOptions,
  { kind, name, read, sql }: Work,
): Promise<readonly BacklogOutcome[]> {
  const pieces = await read();
  const [first] = pieces;
  if (first === undefined) return [];
  const start = performance.now();
  const outcome = { kind, name, from: first.from, to: pieces.at(-1)?.to ?? first.to };
  if (dryRun) {
    const wouldBe = { ...outcome, done: pieces.length, inUse: 0 };
    onEvent?.({ type: "backlog-done", outcome: wouldBe, durationMs: performance.now() - start });
    return [wouldBe];
  }
  const left = new Set<string>();
  let byOthers = 0;
  for (const [index, piece] of pieces.entries()) {
    try {
      await session.query(sql(piece));
    } catch (error) {
      const sqlState = error instanceof DatabaseError ? error.sqlState : undefined;
      if (sqlState !== undefined && inUseStates.has(sqlState)) left.add(piece.target + piece.from);
      else if (kind === "columnstore" && chunkDoneByOthers.has(sqlState ?? "")) byOthers += 1;
      else throw error;
    }
    onEvent?.({ type: "backlog-progress", kind, name, done: index + 1, total: pieces.length });
  }
  if (kind === "columnstore") {
    // The server passes over a chunk that is written to meanwhile with a warning only.
    const asked = new Set(pieces.map(({ target, from }) => target + from));
    for (const { target, from } of await read()) {
      if (asked.has(target + from)) left.add(target + from);
    }
  }
  const done: BacklogOutcome = {
    ...outcome,
    done: pieces.length - left.size - byOthers,
    inUse: left.size,
  };
  onEvent?.({ type: "backlog-done", outcome: done, durationMs: performance.now() - start });
  return [done];
}

/** SQL: microseconds since 1970 of a moment, and back; the logs count in them. */
const microseconds = (moment: string): string => `(extract(epoch FROM ${moment}) * 1000000)::bigint`;
const moment = (count: string): string => `('epoch'::timestamptz + ${count} * INTERVAL '1 microsecond')`;
const iso = (value: string): string => `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

interface RangeLimits {
  /** Also what a job refreshes in its time. */
  readonly all: boolean;
  /** After which the source, or the aggregate, may lose rows to retention. */
  readonly ages: readonly Duration[];
}

/**
 * The ranges that the server knows to be stale, as far as rows are stored there, in whole buckets. Not where retention
 * may have dropped rows: a refresh deletes the buckets of every series there, and makes them of the rows that are left.
 */
async function readStaleRanges(
  session: MigrationSession,
  { name, bucket, refresh }: ContinuousAggregateDeclaration,
  { all, ages }: RangeLimits,
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
       UNION ALL
       -- What a refresh that was killed between its two steps had taken off the logs.
       SELECT lowest_modified_value, greatest_modified_value
       FROM _timescaledb_catalog.continuous_aggs_materialization_ranges
       JOIN aggregate ON materialization_id = mat_hypertable_id
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
         * tstzmultirange(tstzrange((
             SELECT max(time_bucket($2::interval, now() - age) + $2::interval) FROM unnest($7::interval[]) AS age
           ), CASE WHEN $5
             THEN time_bucket($2::interval, now() - $4::interval)
             ELSE time_bucket($2::interval, now() - $3::interval) + $2::interval END)) AS ranges
       FROM affected
     )
     SELECT $1 AS target, ${iso("piece")} AS from, ${iso("least(piece + $2::interval * $6, upper(range))")} AS to
     FROM (SELECT unnest(ranges) AS range FROM whole) AS ranges,
       generate_series(lower(range), upper(range) - INTERVAL '1 microsecond', $2::interval * $6) AS piece
     ORDER BY piece`,
    [name, bucket, refresh.startOffset, refresh.endOffset, all, bucketsPerRange, ages],
  );
}

/** Chunks old enough to be in columns that are not, or have rows beside them. */
async function readUnconvertedChunks(
  session: MigrationSession,
  name: string,
  after: Duration,
  onlyPartly: boolean,
): Promise<readonly Piece[]> {
  return session.query<Piece>(
    `SELECT format('%I.%I', c.chunk_schema, c.chunk_name) AS target,
       ${iso("c.range_start")} AS from, ${iso("c.range_end")} AS to
     FROM timescaledb_information.chunks c
     CROSS JOIN LATERAL (
       SELECT _timescaledb_functions.chunk_status(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) AS status) AS s
     LEFT JOIN timescaledb_information.continuous_aggregates a
       ON a.materialization_hypertable_schema = c.hypertable_schema
         AND a.materialization_hypertable_name = c.hypertable_name
     WHERE coalesce(a.view_schema, c.hypertable_schema) = 'public'
       AND coalesce(a.view_name, c.hypertable_name) = $1
       AND c.range_end < now() - $2::interval
       AND EXISTS (
         SELECT FROM timescaledb_information.hypertable_columnstore_settings
         WHERE hypertable = format('%I.%I', c.hypertable_schema, c.hypertable_name)::regclass)
       AND s.status & $4 = 0
       AND (s.status & $3 <> 0 OR NOT (c.is_compressed OR $5))
     ORDER BY c.range_start`,
    [name, after, partlyInColumns, frozen, onlyPartly],
  );
}
