// The SQL of each change. Relations are named as quoted literals and identifiers are quoted in one place; durations are the
// declaration's own text, which is an interval. Functions of TimescaleDB are found by the session's search path.

import { quoteIdentifier } from "@app/database";
import {
  bucketColumn,
  type ContinuousAggregateDeclaration,
  type Duration,
  durationParts,
} from "@app/schema/time-series";

import type { ColumnstoreSettings, RelationKind, TimeSeriesAction } from "./time-series-change.ts";

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const relation = (name: string): string => `public.${quoteIdentifier(name)}`;
const regclass = (name: string): string => literal(relation(name));

/** An interval as the declaration has it. @throws RangeError for a text that is none */
function interval(duration: Duration): string {
  durationParts(duration);
  return `INTERVAL ${literal(duration)}`;
}

/** The statements of a change, to be run in one transaction, in order. */
export function changeSql(action: TimeSeriesAction): readonly string[] {
  switch (action.type) {
    case "create-hypertable":
      return [
        `SELECT create_hypertable(${regclass(action.table)}, by_range(${literal(action.timeColumn)}, ${interval(action.chunkInterval)}), create_default_indexes => false)`,
      ];
    case "set-chunk-interval":
      return [`SELECT set_chunk_time_interval(${regclass(action.table)}, ${interval(action.chunkInterval)})`];
    case "set-columnstore":
      return [columnstoreSql(action.relation, action.name, action.settings)];
    case "set-columnstore-policy":
      return [
        ...action.replaces.map(deleteJob),
        `CALL add_columnstore_policy(${regclass(action.name)}, after => ${interval(action.after)})`,
        // The procedure does not say which job it made.
        withFirstRun(
          `SELECT max(job_id) FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression' AND hypertable_schema = 'public' AND hypertable_name = ${literal(action.name)}`,
        ),
      ];
    case "set-retention":
      return [
        ...action.replaces.map(deleteJob),
        action.relation === "aggregate"
          ? withFirstRun(
              `SELECT add_retention_policy(${regclass(action.name)}, drop_after => ${interval(action.dropAfter)})`,
            )
          : `SELECT add_job('public.drop_expired_chunks', INTERVAL '1 day', config => ${retentionConfig(action)}, initial_start => ${soon}, job_name => ${literal(`Retention of ${action.name}`)})`,
      ];
    case "create-aggregate":
      return [aggregateSql(action.aggregate), aggregateIndexSql(action.aggregate)];
    case "fill-aggregate":
      return [`CALL refresh_continuous_aggregate(${regclass(action.aggregate.name)}, NULL, NULL)`];
    case "drop-aggregate":
      return [`DROP MATERIALIZED VIEW ${relation(action.name)}`];
    case "set-materialized-only":
      return [`ALTER MATERIALIZED VIEW ${relation(action.name)} SET (timescaledb.materialized_only = true)`];
    case "set-refresh-policy":
      return [
        ...action.replaces.map(deleteJob),
        withFirstRun(
          `SELECT add_continuous_aggregate_policy(${regclass(action.name)}, start_offset => ${interval(action.startOffset)}, end_offset => ${interval(action.endOffset)}, schedule_interval => ${interval(action.scheduleInterval)})`,
        ),
      ];
    case "enable-job":
      return [`SELECT alter_job(${action.job}, scheduled => true)`];
    case "replace-view":
      return [liveViewSql(action.aggregate)];
    default:
      return action satisfies never;
  }
}

/**
 * When a new job runs first, and from when on one of a fixed schedule counts. Left alone, all of a schema's jobs start in one
 * second, more of them than a server of default settings has workers for, and those that found none count as failed.
 */
const soon = "now() + random() * INTERVAL '5 minutes'";

const withFirstRun = (job: string): string => `SELECT alter_job((${job})::integer, next_start => ${soon})`;

/** Buckets of one series in one refresh, at most: each is a transaction of its own. */
export const bucketsPerRange = 2_000;

/** A range is cut to size already; in the default batches of 10 buckets the same takes about 40 times as long. */
export const refreshRangeSql = (name: string, from: string, to: string): string =>
  `CALL refresh_continuous_aggregate(${regclass(name)}, ${literal(from)}::timestamptz, ${literal(to)}::timestamptz, options => '{"buckets_per_batch": 0}')`;

const deleteJob = (id: number): string => `SELECT delete_job(${id})`;

function retentionConfig(action: Extract<TimeSeriesAction, { type: "set-retention" }>): string {
  const config = {
    schema: "public",
    hypertable: action.name,
    time_column: action.timeColumn,
    drop_after: action.dropAfter,
    hold_column: action.holdColumn,
  };
  return `${literal(JSON.stringify(config))}::jsonb`;
}

function columnstoreSql(kind: RelationKind, name: string, settings: ColumnstoreSettings): string {
  const { segmentBy, orderBy, sparseIndexes, rollUpChunksTo } = settings;
  const options = [
    "timescaledb.enable_columnstore",
    `timescaledb.segmentby = ${literal(segmentBy.map(quoteIdentifier).join(", "))}`,
    `timescaledb.orderby = ${literal(orderBy.map(({ column, direction }) => `${quoteIdentifier(column)} ${direction}`).join(", "))}`,
    // Never the empty text: an upsert into a chunk with it brings the server down (segmentation fault, 2.29.2).
    ...(sparseIndexes.length === 0
      ? []
      : [
          `timescaledb.sparse_index = ${literal(sparseIndexes.map(({ kind: type, column }) => `${type}(${quoteIdentifier(column)})`).join(", "))}`,
        ]),
    ...(rollUpChunksTo === null
      ? []
      : [`timescaledb.compress_chunk_time_interval = ${literal(rollUpChunksTo)}`]),
  ];
  const what = kind === "aggregate" ? "MATERIALIZED VIEW" : "TABLE";
  return `ALTER ${what} ${relation(name)} SET (${options.join(", ")})`;
}

const timeOf = ({ finer, timeColumn }: ContinuousAggregateDeclaration): string =>
  quoteIdentifier(finer === undefined ? timeColumn : bucketColumn);

/** The query of an aggregate. */
export function aggregateSql(aggregate: ContinuousAggregateDeclaration): string {
  const { name, table, finer, where, bucket, groupBy, columns } = aggregate;
  const groups = groupBy.map(quoteIdentifier);
  const values = columns.map(
    ({ name: column, fromRows, fromFiner }) =>
      `${finer === undefined ? fromRows : fromFiner} AS ${quoteIdentifier(column)}`,
  );
  const selected = [
    ...groups,
    `time_bucket(${interval(bucket)}, ${timeOf(aggregate)}) AS ${bucketColumn}`,
    ...values,
  ];
  return `CREATE MATERIALIZED VIEW ${relation(name)}
WITH (timescaledb.continuous, timescaledb.materialized_only = true, timescaledb.create_group_indexes = false) AS
SELECT ${selected.join(",\n  ")}
FROM ${relation(finer ?? table)}${finer === undefined && where !== undefined ? `\nWHERE ${where}` : ""}
GROUP BY ${[...groups, String(groups.length + 1)].join(", ")}
WITH NO DATA`;
}

/** The one index a reader of a series needs. */
function aggregateIndexSql({ name, groupBy }: ContinuousAggregateDeclaration): string {
  const columns = [...groupBy, bucketColumn].map(quoteIdentifier).join(", ");
  return `CREATE INDEX ${quoteIdentifier(`${name}_series_idx`)} ON ${relation(name)} (${columns})`;
}

/**
 * The view callers read: what is materialised, and from the end of that on the rows of the table itself. The end is asked for once, in a
 * subquery: chunks before it are left out when the query starts. Compared with the function itself, it was asked for once per row that came out
 * of columns, 10 us each (TimescaleDB 2.29.2: a day of 5-minute candles took 5.5 ms, and takes 0.8 so).
 */
export function liveViewSql(aggregate: ContinuousAggregateDeclaration): string {
  const { name, table, timeColumn, where, bucket, groupBy, columns, view, viewColumns } = aggregate;
  const groups = groupBy.map(quoteIdentifier);
  const watermark = `(
    SELECT _timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(mat_hypertable_id))
    FROM _timescaledb_catalog.continuous_agg
    WHERE user_view_schema = 'public' AND user_view_name = ${literal(name)})`;
  const selected = [
    ...groups,
    `${bucketColumn} AS time`,
    ...viewColumns.map(({ name: column, expression }) => `${expression} AS ${quoteIdentifier(column)}`),
  ].join(", ");
  const tail = `(
  SELECT ${[
    ...groups,
    `time_bucket(${interval(bucket)}, ${quoteIdentifier(timeColumn)}) AS ${bucketColumn}`,
    ...columns.map(({ name: column, fromRows }) => `${fromRows} AS ${quoteIdentifier(column)}`),
  ].join(",\n    ")}
  FROM ${relation(table)}
  WHERE ${where === undefined ? "" : `${where} AND `}${quoteIdentifier(timeColumn)} >= ${watermark}
  GROUP BY ${[...groups, String(groups.length + 1)].join(", ")}
) AS tail`;
  return `CREATE OR REPLACE VIEW ${relation(view)} AS
SELECT ${selected}
FROM ${relation(name)}
WHERE ${bucketColumn} < ${watermark}
UNION ALL
SELECT ${selected}
FROM ${tail}`;
}
