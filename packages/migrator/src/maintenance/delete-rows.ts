// Retention of an ordinary table: expired rows leave oldest first, in bounded batches, each a transaction of its own, through
// every trigger of the table. A row that somebody has locked (a hold being set, a correction) is passed over and left to
// the next run.

import { quoteIdentifier } from "@app/database";

import type { MigrationSession } from "../session/session.ts";
import { keptCondition, type RetentionOutcome, type RetentionTask } from "./retention-task.ts";

export interface BatchOptions {
  /** Rows of one transaction. */
  readonly batchRows: number;
  readonly onProgress: (removed: number) => void;
}

/** Rows that an index gives in the order of time: a whole table by its time-ordered id, or one series of bars. */
interface OrderedRows {
  /** Column that orders them. */
  readonly order: string;
  readonly orderType: "uuid" | "timestamptz";
  /** Restricts them; $1 is the moment before which rows are old, `parameters` begin at $2. */
  readonly where: string;
  readonly parameters: readonly unknown[];
}

/** Deletes what may go of an ordinary table. */
export async function deleteRows(
  session: MigrationSession,
  task: RetentionTask,
  options: BatchOptions,
): Promise<RetentionOutcome> {
  let removed = 0;
  const sources = await orderedRows(session, task);
  for (const rows of sources) {
    let after: string | null = null;
    for (;;) {
      const batch: Batch = await deleteBatch(session, task, rows, after, options.batchRows);
      removed += batch.removed;
      if (batch.removed > 0) options.onProgress(removed);
      if (batch.last === null) break;
      after = batch.last;
    }
  }
  const held =
    keptCondition(task, "$1") === undefined ? 0 : (await countExpired(session, task, sources)).held;
  return { means: "rows", table: task.table, before: task.before, removed, held };
}

/** Counts what `deleteRows` would delete, and what it would leave. */
export async function countRows(session: MigrationSession, task: RetentionTask): Promise<RetentionOutcome> {
  const { free, held } = await countExpired(session, task, await orderedRows(session, task));
  return { means: "rows", table: task.table, before: task.before, removed: free, held };
}

/**
 * The series with rows before $1, of tables of bars. Of revisions, which are few, there is no catalogue; where several of one bar
 * lie on both sides of the end of a batch, the rest goes with the next run.
 */
const seriesOf: Readonly<Record<string, string>> = {
  market_data:
    "SELECT exchange, symbol, timeframe FROM public.market_series WHERE first_time < $1::timestamptz ORDER BY 1, 2, 3",
  market_data_revisions:
    "SELECT DISTINCT exchange, symbol, timeframe FROM public.market_data_revisions WHERE time < $1::timestamptz ORDER BY 1, 2, 3",
};

/** Ids hold their row's time, so their index gives the oldest rows first; bars have a series in front of theirs. */
async function orderedRows(
  session: MigrationSession,
  { table, before, timeColumn }: RetentionTask,
): Promise<readonly OrderedRows[]> {
  const listSeries = seriesOf[table];
  if (listSeries === undefined) {
    return [
      {
        order: "id",
        orderType: "uuid",
        // The least UUIDv7 of the millisecond; what it leaves of that millisecond goes with the next run.
        where:
          "id < (lpad(to_hex(floor(extract(epoch FROM $1::timestamptz) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid",
        parameters: [],
      },
    ];
  }
  const series = await session.query<Readonly<Record<"exchange" | "symbol" | "timeframe", string>>>(
    listSeries,
    [before],
  );
  return series.map(({ exchange, symbol, timeframe }) => ({
    order: timeColumn,
    orderType: "timestamptz",
    where: "exchange = $2 AND symbol = $3 AND timeframe = $4::public.timeframe",
    parameters: [exchange, symbol, timeframe],
  }));
}

interface Batch {
  readonly removed: number;
  /** The last row looked at; null after the last batch. */
  readonly last: string | null;
}

async function deleteBatch(
  session: MigrationSession,
  task: RetentionTask,
  { order, orderType, where, parameters }: OrderedRows,
  after: string | null,
  batchRows: number,
): Promise<Batch> {
  const { table, timeColumn, before } = task;
  const kept = keptCondition(task, "$1");
  const name = `public.${quoteIdentifier(table)}`;
  const key = quoteIdentifier(order);
  const conditions = [
    `${quoteIdentifier(timeColumn)} < $1::timestamptz`,
    where,
    ...(kept === undefined ? [] : [`NOT ${kept}`]),
    ...(after === null ? [] : [`${key} > $${parameters.length + 3}::${orderType}`]),
  ];
  const limit = `$${parameters.length + 2}`;
  const [row] = await session.query<Batch>(
    `WITH gone AS (
       DELETE FROM ${name}
       WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${name} WHERE ${conditions.join(" AND ")}
         ORDER BY ${key} LIMIT ${limit} FOR UPDATE SKIP LOCKED
       ))
       RETURNING ${key} AS key
     )
     SELECT count(*)::int AS removed, (array_agg(key ORDER BY key DESC))[1]::text AS last FROM gone`,
    [before, ...parameters, batchRows, ...(after === null ? [] : [after])],
  );
  return row ?? { removed: 0, last: null };
}

interface ExpiredRows {
  readonly free: number;
  readonly held: number;
}

async function countExpired(
  session: MigrationSession,
  task: RetentionTask,
  sources: readonly OrderedRows[],
): Promise<ExpiredRows> {
  const { table, timeColumn, before } = task;
  const kept = keptCondition(task, "$1") ?? "false";
  const sum = { free: 0, held: 0 };
  for (const { where, parameters } of sources) {
    const [row] = await session.query<ExpiredRows>(
      `SELECT (count(*) FILTER (WHERE NOT ${kept}))::float8 AS free, (count(*) FILTER (WHERE ${kept}))::float8 AS held
       FROM public.${quoteIdentifier(table)} WHERE ${quoteIdentifier(timeColumn)} < $1::timestamptz AND ${where}`,
      [before, ...parameters],
    );
    sum.free += row?.free ?? 0;
    sum.held += row?.held ?? 0;
  }
  return sum;
}
