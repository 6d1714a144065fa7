// Writes one batch of bars in one transaction: the last revision wins, and the same batch twice changes nothing.
// A bar whose values stay is no revision: it keeps its source and its time of writing, whatever its indicators become.
// Where the series has no bar in the batch's range it is copied straight into the table (measured, twice as fast as by
// staging); else by a staging table and an upsert that touches only rows that differ.
import type { Queryable, Transaction } from "@app/database";
import { indicatorNames, storedIndicators } from "@app/schema/vocabulary";
import type { BarBatch, IndicatorColumns } from "./bar-columns.ts";
import { copyColumns, indicatorColumnNames, valueColumns } from "./bar-table-columns.ts";
import type { CarriedColumns } from "./bar-table-columns.ts";
import { toInstant } from "./bar-time.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { SeriesKey } from "./series-key.ts";

/** What became of the bars of a write. */
export interface WriteCounts {
  readonly inserted: number;
  /** Stored bars that were revised: another price, volume, trade count or payload than a bar given has. */
  readonly updated: number;
  /** Stored bars with the same values, wherever they came from. */
  readonly unchanged: number;
  /** How many of the unchanged ones got other indicators, because other bars around them changed. */
  readonly refreshed: number;
}

const STAGING = `
create temporary table if not exists bar_staging (
  time timestamptz not null, open float8, high float8, low float8, close float8, volume float8,
  trade_count int, raw_payload jsonb,
  ${storedIndicators.map(({ column, type }) => `${column} ${type}`).join(", ")}
) on commit delete rows`;

/** Puts rows of a batch into an array, from `start` on, in the order of {@link copyColumns}. */
function rowReader(
  batch: BarBatch,
  indicators: IndicatorColumns | undefined,
  carried: CarriedColumns,
): (index: number, row: unknown[], start: number) => void {
  const { time, tradeCount, rawPayload } = batch;
  const prices = [batch.open, batch.high, batch.low, batch.close];
  const numbers = carried.volume ? [...prices, batch.volume] : prices;
  const computed = indicators === undefined ? [] : indicatorNames.map((name) => indicators[name]);
  return (index, row, start) => {
    let next = start;
    row[next++] = BigInt(time[index] ?? 0);
    for (const column of numbers) row[next++] = column[index];
    if (carried.tradeCount) {
      const count = tradeCount?.[index] ?? -1;
      row[next++] = count < 0 ? null : count;
    }
    if (carried.rawPayload) row[next++] = { jsonText: rawPayload?.[index] ?? "null" };
    for (const column of computed) row[next++] = column[index];
  };
}

/** Columns that are the same in every row of a batch; in the staging table they are left out. */
export interface ConstantColumns extends SeriesKey {
  readonly source: string;
}

async function copyBars(
  transaction: Transaction,
  table: "bar_staging" | "market_data",
  batch: BarBatch,
  indicators: IndicatorColumns | undefined,
  carried: CarriedColumns,
  constants: ConstantColumns,
): Promise<void> {
  const names = table === "bar_staging" ? [] : (["exchange", "symbol", "timeframe", "source"] as const);
  const fixed = names.map((name) => ({ name, type: "text" }) as const);
  const row: unknown[] = names.map((name) => constants[name]);
  const readRow = rowReader(batch, indicators, carried);
  await transaction.copyIn(
    { table: { name: table }, columns: [...fixed, ...copyColumns(carried)] },
    async (copy) => {
      for (let index = 0; index < batch.length; index += 1) {
        readRow(index, row, fixed.length);
        const wait = copy.writeRow(row);
        if (wait !== undefined) await wait;
      }
    },
  );
}

/** Copies bars of which none is stored straight into the table. @throws ConflictError where one is after all */
export async function insertNewBars(
  transaction: Transaction,
  constants: ConstantColumns,
  batch: BarBatch,
  indicators: IndicatorColumns | undefined,
  carried: CarriedColumns,
): Promise<WriteCounts> {
  await copyBars(transaction, "market_data", batch, indicators, carried, constants);
  return { inserted: batch.length, updated: 0, unchanged: 0, refreshed: 0 };
}

/** Copies a batch into the staging table of this transaction. */
export async function stageBars(
  transaction: Transaction,
  constants: ConstantColumns,
  batch: BarBatch,
  indicators: IndicatorColumns | undefined,
  carried: CarriedColumns,
): Promise<void> {
  await transaction.query(STAGING);
  // A batch before this one in the caller's transaction; between transactions it is empty.
  await transaction.query("delete from bar_staging");
  await copyBars(transaction, "bar_staging", batch, indicators, carried, constants);
}

/**
 * A new table has no statistics: the planner expects one row of it and would compare every bar with every other. So nested
 * loops are off for these statements, and as they were afterwards: the transaction may be the caller's.
 */
export async function withoutNestedLoops<Result>(
  transaction: Queryable,
  work: () => Promise<Result>,
): Promise<Result> {
  const { rows } = await transaction.query<{ before: string }>(
    "select current_setting('enable_nestloop') as before, set_config('enable_nestloop', 'off', true)",
  );
  const result = await work();
  const before = rows[0]?.before ?? "on";
  if (before !== "off") await transaction.query("select set_config('enable_nestloop', $1, true)", [before]);
  return result;
}

/** Takes out of the staging table what the series has a bar for already. */
export async function unstageStored(
  transaction: Transaction,
  { exchange, symbol, timeframe }: SeriesKey,
  batch: BarBatch,
): Promise<void> {
  await withoutNestedLoops(transaction, () =>
    transaction.query({
      name: "market_data.unstage_stored",
      text: `
delete from bar_staging s using market_data m
where m.exchange = $1 and m.symbol = $2 and m.timeframe = $3::timeframe and m.time >= $4 and m.time <= $5
  and m.time = s.time`,
      values: [
        exchange,
        symbol,
        timeframe,
        toInstant(batch.time[0] ?? 0),
        toInstant(batch.time[batch.length - 1] ?? 0),
      ],
    }),
  );
}

const IN_SERIES = "exchange = $1 and symbol = $2 and timeframe = $3::timeframe";

/** How many bars of the series lie after `after` and up to `until`, counted up to `most`. */
export async function countBars(
  database: Queryable,
  { exchange, symbol, timeframe }: SeriesKey,
  after: number,
  until: number,
  most = 1_000_000,
): Promise<number> {
  const { rows } = await database.query<{ bars: number }>(
    catalogued("market_data.count_range", {
      exchange,
      symbol,
      timeframe,
      from: toInstant(after),
      to: toInstant(until),
      limit: most,
    }),
  );
  return rows[0]?.bars ?? 0;
}

/** How many stored bars of that range the staged batch does not name. */
export async function countForeignBars(
  database: Queryable,
  series: SeriesKey,
  after: number,
  until: number,
): Promise<number> {
  const { rows } = await database.query<{ bars: number }>({
    name: "market_data.count_foreign",
    text: `
select count(*)::int as bars
from market_data m
where ${IN_SERIES} and time > $4 and time <= $5 and time not in (select s.time from bar_staging s)`,
    values: [series.exchange, series.symbol, series.timeframe, toInstant(after), toInstant(until)],
  });
  return rows[0]?.bars ?? 0;
}

/** Whether a stored bar of that range has volume. */
export async function hasStoredVolume(
  database: Queryable,
  { exchange, symbol, timeframe }: SeriesKey,
  after: number,
  until: number,
): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>(
    catalogued("market_data.has_volume", {
      exchange,
      symbol,
      timeframe,
      from: toInstant(after),
      to: toInstant(until),
    }),
  );
  return rows[0]?.found ?? false;
}

/** What a bar says beside its prices, and what it says where the source leaves it out. */
const UNSAID = { volume: "0", trade_count: "null", raw_payload: "null", quality_score: "null" } as const;

/**
 * What an upsert writes, as SQL; one text per set of carried columns, so that it can be prepared. What the new bar leaves out
 * contradicts nothing; a bar that is contradicted is stated anew as a whole, so what the new one leaves out is gone.
 */
function upsertStatement(carried: CarriedColumns): string {
  const columns = valueColumns(carried);
  const values = valueColumns({ ...carried, indicators: false });
  const list = (of: string, names = columns): string => names.map((name) => `${of}.${name}`).join(", ");
  const said = (of: string, stored: string) => (name: string) =>
    name === "trade_count" ? `coalesce(${of}.${name}, ${stored}.${name})` : `${of}.${name}`;
  const differs = (stored: string, of: string, names = columns): string =>
    `(${list(stored, names)}) is distinct from (${names.map(said(of, stored)).join(", ")})`;
  // Judged again on the row that is met: another session may have written it since the look.
  const ifRevised = (value: string, column: string): string =>
    `${column} = case when ${differs("market_data", "excluded", values)} then ${value} else market_data.${column} end`;
  const anew = Object.entries(UNSAID).map(([column, unsaid]) =>
    ifRevised(columns.includes(column) ? `excluded.${column}` : unsaid, column),
  );
  // New prices beside the indicators of the old ones would be wrong; without new indicators they become unknown.
  const cleared = carried.indicators ? [] : indicatorColumnNames.map((column) => `${column} = null`);
  const same = columns
    .filter((column) => !(column in UNSAID))
    .map((column) => `${column} = excluded.${column}`);
  const changes = [...same, ...anew, ...cleared];
  return `
with changed as materialized (
  select s.time, ${list("s")}, m.time is not null as existed,
    m.time is not null and ${differs("m", "s", values)} as is_revised
  from bar_staging s
  left join market_data m
    on m.exchange = $1 and m.symbol = $2 and m.timeframe = $3::timeframe and m.time >= $5 and m.time <= $6
    and m.time = s.time
  where m.time is null or ${differs("m", "s")}
), written as (
  insert into market_data (exchange, symbol, timeframe, source, time, ${columns.join(", ")})
  select $1, $2, $3::timeframe, $4::text, c.time, ${list("c")} from changed c
  -- In one order in every session, so that two that store the same bars never wait in a circle.
  order by c.time
  on conflict (exchange, symbol, timeframe, time) do update set
    ${ifRevised("excluded.source", "source")},
    ${ifRevised("statement_timestamp()", "ingested_at")},
    ${changes.join(", ")}
)
select count(*) filter (where not existed)::int as inserted, count(*) filter (where is_revised)::int as updated,
  count(*) filter (where existed and not is_revised)::int as refreshed
from changed`;
}

/**
 * Upserts the staged batch inside the open transaction.
 *
 * @param batch whose range bounds the look-up
 */
export async function upsertStaged(
  database: Queryable,
  constants: ConstantColumns,
  batch: BarBatch,
  carried: CarriedColumns,
): Promise<WriteCounts> {
  const { exchange, symbol, timeframe, source } = constants;
  const shape = `${Number(carried.volume)}${Number(carried.tradeCount)}${Number(carried.rawPayload)}${Number(carried.indicators)}`;
  const { rows } = await withoutNestedLoops(database, () =>
    database.query<Omit<WriteCounts, "unchanged">>({
      name: `market_data.upsert_staged.${shape}`,
      text: upsertStatement(carried),
      values: [
        exchange,
        symbol,
        timeframe,
        source,
        toInstant(batch.time[0] ?? 0),
        toInstant(batch.time[batch.length - 1] ?? 0),
      ],
    }),
  );
  const { inserted = 0, updated = 0, refreshed = 0 } = rows[0] ?? {};
  return { inserted, updated, unchanged: batch.length - inserted - updated, refreshed };
}
