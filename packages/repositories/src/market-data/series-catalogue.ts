// What bars there are: one row per series, kept by the database itself as bars come and go. Never counts bars.
import { InvalidInputError, NotFoundError } from "@app/database";
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import type { Bar } from "./bar-columns.ts";
import { checkSeries } from "./series-key.ts";
import type { SeriesKey } from "./series-key.ts";

/** A series and its extent. */
export interface SeriesSummary extends SeriesKey {
  readonly firstTime: Temporal.Instant;
  readonly lastTime: Temporal.Instant;
  readonly barCount: number;
  readonly latest: Bar;
}

interface SeriesRow {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly first_time: Temporal.Instant;
  readonly last_time: Temporal.Instant;
  readonly bar_count: bigint;
  readonly last_open: number;
  readonly last_high: number;
  readonly last_low: number;
  readonly last_close: number;
  readonly last_volume: number;
}

const COLUMNS = `exchange, symbol, timeframe, first_time, last_time, bar_count,
  last_open, last_high, last_low, last_close, last_volume`;

function toSummary(row: SeriesRow): SeriesSummary {
  return {
    exchange: row.exchange,
    symbol: row.symbol,
    timeframe: row.timeframe,
    firstTime: row.first_time,
    lastTime: row.last_time,
    barCount: Number(row.bar_count),
    latest: {
      time: row.last_time,
      open: row.last_open,
      high: row.last_high,
      low: row.last_low,
      close: row.last_close,
      volume: row.last_volume,
    },
  };
}

/** @returns the series, or undefined where no bar of it is stored */
export async function findSeries(database: Queryable, series: SeriesKey): Promise<SeriesSummary | undefined> {
  checkSeries(series);
  const { rows } = await database.query<SeriesRow>({
    name: "market_series.get",
    text: `select ${COLUMNS} from market_series where exchange = $1 and symbol = $2 and timeframe = $3::timeframe`,
    values: [series.exchange, series.symbol, series.timeframe],
  });
  return rows[0] === undefined ? undefined : toSummary(rows[0]);
}

/** @throws NotFoundError where no bar of the series is stored */
export async function getSeries(database: Queryable, series: SeriesKey): Promise<SeriesSummary> {
  const found = await findSeries(database, series);
  if (found !== undefined) return found;
  throw new NotFoundError(`There are no ${series.timeframe} bars of ${series.symbol} on ${series.exchange}.`);
}

/** A page of series. */
export interface SeriesPage {
  readonly series: readonly SeriesSummary[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: SeriesKey | undefined;
}

/**
 * Lists series by exchange, symbol and timeframe.
 *
 * @throws InvalidInputError for a limit outside of 1 to 1,000
 */
export async function listSeries(database: Queryable, limit: number, after?: SeriesKey): Promise<SeriesPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidInputError(`The limit ${limit} is not a whole number from 1 to 1000.`);
  }
  if (after !== undefined) checkSeries(after);
  const { rows } = await database.query<SeriesRow>({
    name: "market_series.list",
    text: `
select ${COLUMNS} from market_series
where $1::text is null or (exchange, symbol, timeframe) > ($1, $2, $3::timeframe)
order by exchange, symbol, timeframe
limit $4`,
    values: [after?.exchange ?? null, after?.symbol ?? null, after?.timeframe ?? null, limit + 1],
  });
  const series = rows.slice(0, limit).map((row) => toSummary(row));
  return { series, next: rows.length > limit ? series.at(-1) : undefined };
}
