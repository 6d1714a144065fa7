// Bars to measure on: one long series of minutes, and many short ones whose latest bars are asked for together. Made up, and
// the same in every run but for the day it ends on.
// Plain SQL, for ../../repositories and the gate `growth`; not the rows of a profile, which ../market, ../orders and ../trading-days.ts make.

/** How many bars. */
export interface MarketSize {
  /** Minutes of the long series. */
  readonly bars: number;
  /** Short series, 100 minutes each. */
  readonly series: number;
}

/** The long series. */
export const LONG_SERIES = { exchange: "bench", symbol: "BTC-PERP", timeframe: "1m" } as const;

/** Exchange of the short series, which are called `S0`, `S1`, ... and have the timeframe of the long one. */
export const SHORT_EXCHANGE = "wide";

// Prices lie on a grid of ticks, as a venue's do: random floats have 17 digits, which would cost the text protocol more.
const columns = "exchange, symbol, timeframe, time, open, high, low, close, volume, source";
const bar = (level: string) =>
  `${level} as open, ${level} + round((random() * 20)::numeric, 1)::float8 + 10 as high,
   ${level} - round((random() * 20)::numeric, 1)::float8 - 10 as low, ${level} + round((random() * 20 - 10)::numeric, 1)::float8 as close,
   round((random() ^ 3 * 4000)::numeric, 4)::float8 as volume`;

/** SQL that seeds a migrated database; a million bars take some 20 s. */
export function seedMarket({ bars, series }: MarketSize): string {
  return /* sql */ `
select setseed(0.42);
create temporary table clock as select date_trunc('minute', now()) - interval '1 minute' as last;
insert into market_data (${columns})
select 'bench', 'BTC-PERP', '1m', t, open, high, low, close, volume, 'seed'
from clock, generate_series(${bars - 1}, 0, -1) n,
  lateral (select last - n * interval '1 minute' as t, round((46319 + 3000 * sin(n / 9000.0))::numeric, 1)::float8 as level) x,
  lateral (select ${bar("level")}) y;
insert into market_data (${columns})
select '${SHORT_EXCHANGE}', 'S' || s, '1m', t, open, high, low, close, volume, 'seed'
from clock, generate_series(0, ${series - 1}) s, generate_series(99, 0, -1) n,
  lateral (select last - n * interval '1 minute' as t, (100 + s)::float8 as level) x,
  lateral (select ${bar("level")}) y;
drop table clock;
analyze market_data;
analyze market_series;
`;
}
