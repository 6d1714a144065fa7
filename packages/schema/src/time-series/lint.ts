// Refuses declarations that no server could carry out as meant, before one is asked: each problem with the place and the
// reason. Knows the declarations and the tables; connects to nothing.
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import type { ContinuousAggregateDeclaration } from "./continuous-aggregate.ts";
import type { TimeSeriesDeclaration } from "./declarations.ts";
import { approximateMicroseconds, compareDurations, type Duration, durationParts } from "./duration.ts";
import type { HypertableDeclaration } from "./hypertable.ts";

/** Something in a declaration that cannot work. */
export interface TimeSeriesProblem {
  /** The table or aggregate. */
  readonly name: string;
  readonly message: string;
}

/**
 * Everything that cannot work, in the order of the declarations; empty where all can. `schema` holds the tables, and may hold
 * what is none.
 */
export function lintTimeSeries(
  { hypertables, continuousAggregates }: TimeSeriesDeclaration,
  schema: readonly unknown[],
): readonly TimeSeriesProblem[] {
  const tableByName = new Map(
    schema.filter((entry) => is(entry, PgTable)).map((table) => [getTableName(table), table]),
  );
  return [
    ...duplicates([
      ...hypertables.map(({ table }) => table),
      ...continuousAggregates.map(({ name }) => name),
    ]),
    ...hypertables.flatMap((declared) => {
      const table = tableByName.get(declared.table);
      return problemsAt(declared.table, [
        ...(table === undefined ? ["there is no such table"] : tableProblems(declared, table)),
        ...hypertableProblems(declared),
      ]);
    }),
    ...continuousAggregates.flatMap((aggregate) =>
      problemsAt(aggregate.name, aggregateProblems(aggregate, hypertables, continuousAggregates)),
    ),
  ];
}

function problemsAt(name: string, messages: readonly string[]): readonly TimeSeriesProblem[] {
  return messages.map((message) => ({ name, message }));
}

function duplicates(names: readonly string[]): readonly TimeSeriesProblem[] {
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ name, message: "is declared twice" }));
}

function tableProblems(
  { timeColumn, columnstore }: HypertableDeclaration,
  table: PgTable,
): readonly string[] {
  const { columns, indexes, primaryKeys, uniqueConstraints, foreignKeys, enableRLS } = getTableConfig(table);
  const time = columns.find(({ name }) => name === timeColumn);
  const keys = [
    ...columns
      .filter(({ primary }) => primary)
      .map(({ name }) => ({ name: "the primary key", columns: [name] })),
    ...primaryKeys.map((key) => ({ name: key.getName(), columns: key.columns.map(({ name }) => name) })),
    ...uniqueConstraints.map((key) => ({
      name: key.getName() ?? "a unique constraint",
      columns: key.columns.map(({ name }) => name),
    })),
    ...indexes
      .filter(({ config }) => config.unique)
      .map(({ config }) => ({
        name: config.name ?? "a unique index",
        columns: config.columns.flatMap((column) => ("name" in column && column.name ? [column.name] : [])),
      })),
  ];
  return [
    ...(time === undefined || !time.notNull
      ? [`the time column ${timeColumn} must be there and NOT NULL`]
      : []),
    ...keys
      .filter((key) => !key.columns.includes(timeColumn))
      .map(
        (key) =>
          `${key.name} is unique without the time column ${timeColumn}: a chunk cannot hold others to it; add the column`,
      ),
    ...(columnstore?.rollUpChunksTo !== undefined && foreignKeys.length > 0
      ? [
          "has foreign keys, so each chunk that is joined to another takes the referenced tables from everybody for a moment: leave out the keys or rollUpChunksTo",
        ]
      : []),
    ...(columnstore !== undefined && enableRLS
      ? ["has row security, which columnstore refuses: leave one of them out"]
      : []),
  ];
}

function hypertableProblems(declared: HypertableDeclaration): readonly string[] {
  const { chunkInterval, lateDataWindow, columnstore, retention, timeColumn } = declared;
  const rollUp = columnstore?.rollUpChunksTo;
  return [
    ...(durationParts(chunkInterval).months > 0
      ? ["the chunk interval must be of fixed length: days or less, not months"]
      : []),
    ...(columnstore !== undefined && compareDurations(columnstore.after, lateDataWindow) <= 0
      ? [
          `rows may come ${lateDataWindow} late but chunks are compressed after ${columnstore.after}: every late row would rewrite a compressed one`,
        ]
      : []),
    ...(columnstore !== undefined &&
    retention !== undefined &&
    compareDurations(retention.dropAfter, columnstore.after) <= 0
      ? [
          `chunks are dropped after ${retention.dropAfter}, before they would be compressed (${columnstore.after})`,
        ]
      : []),
    ...(columnstore !== undefined && columnstore.segmentBy.includes(timeColumn)
      ? ["the time column cannot be one to segment by: each row would be a segment of its own"]
      : []),
    ...(columnstore?.segmentBy ?? [])
      .filter((column) => columnstore?.orderBy.some((order) => order.column === column) === true)
      .map((column) => `${column} cannot both segment and order`),
    ...(rollUp !== undefined && !isMultiple(rollUp, chunkInterval)
      ? [`chunks of ${chunkInterval} cannot be joined to ${rollUp}: that is no multiple`]
      : []),
    ...(rollUp !== undefined && (columnstore?.sparseIndexes ?? []).length === 0
      ? [
          "chunks cannot be joined while the server chooses their sparse indexes, since those of one chunk are not the table's: name at least one",
        ]
      : []),
    ...(rollUp !== undefined &&
    (columnstore?.orderBy[0]?.column !== timeColumn || columnstore.orderBy[0].direction !== "asc")
      ? [`chunks cannot be joined while they are ordered by anything but ${timeColumn}, ascending, first`]
      : []),
    ...(retention !== undefined && compareDurations(retention.dropAfter, lateDataWindow) <= 0
      ? [`rows may come ${lateDataWindow} late but are dropped after ${retention.dropAfter}`]
      : []),
  ];
}

function isMultiple(longer: Duration, shorter: Duration): boolean {
  const quotient = approximateMicroseconds(longer) / approximateMicroseconds(shorter);
  return Number.isInteger(quotient) && quotient > 1;
}

function aggregateProblems(
  aggregate: ContinuousAggregateDeclaration,
  hypertables: readonly HypertableDeclaration[],
  aggregates: readonly ContinuousAggregateDeclaration[],
): readonly string[] {
  const { finer, bucket, refresh, retention, columnstore } = aggregate;
  const table = hypertables.find((declared) => declared.table === aggregate.table);
  const below = finer === undefined ? undefined : aggregates.find(({ name }) => name === finer);
  const position = aggregates.indexOf(aggregate);
  const source = below ?? table;
  const { startOffset, endOffset } = refresh;
  return [
    ...(table === undefined ? [`reads ${aggregate.table}, which is no declared hypertable`] : []),
    ...(finer !== undefined && (below === undefined || aggregates.indexOf(below) > position)
      ? [`is made from ${finer}, which is not declared before it`]
      : []),
    ...(below !== undefined && !isMultiple(bucket, below.bucket)
      ? [`its bucket of ${bucket} is no multiple of the ${below.bucket} it is made from`]
      : []),
    ...(approximateMicroseconds(startOffset) <
    approximateMicroseconds(endOffset) + 2 * approximateMicroseconds(bucket)
      ? [
          `its refresh window from ${startOffset} to ${endOffset} ago holds less than two buckets of ${bucket}`,
        ]
      : []),
    ...(source?.retention !== undefined && compareDurations(startOffset, source.retention.dropAfter) >= 0
      ? [
          `is refreshed as far back as ${startOffset}, where its source may be dropped already (${source.retention.dropAfter}): the refresh would empty what it keeps`,
        ]
      : []),
    ...(retention !== undefined && compareDurations(startOffset, retention.dropAfter) >= 0
      ? [`is refreshed as far back as ${startOffset} but dropped after ${retention.dropAfter}`]
      : []),
    ...(columnstore?.sparseIndexes !== undefined
      ? ["is an aggregate, which takes no sparse indexes: leave them out"]
      : []),
    ...(columnstore !== undefined && compareDurations(columnstore.after, startOffset) <= 0
      ? [`is compressed after ${columnstore.after}, inside the window that is refreshed (${startOffset})`]
      : []),
    ...(table !== undefined && compareDurations(startOffset, table.lateDataWindow) < 0
      ? [`is refreshed ${startOffset} back, but rows of ${table.table} may come ${table.lateDataWindow} late`]
      : []),
  ];
}
