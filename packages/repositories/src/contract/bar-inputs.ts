// What the room for bars takes: every method with valid arguments and the kind of each field.
import type { BarBatch } from "../market-data/bar-columns.ts";
import type { MarketData } from "../market-data/market-data.ts";
import {
  bound,
  code,
  cursor,
  flag,
  type Kind,
  limit,
  moment,
  named,
  SQL_FRAGMENTS,
  unchecked,
  whole,
  word,
} from "./input-kind.ts";
import type { Contract } from "./method-case.ts";

const from = Temporal.Instant.from("2026-03-02T09:00:00Z");
const to = from.add({ hours: 1 });

const instrument = { exchange: "XTEST", symbol: "BTC-USD" };
const instrumentShape = { exchange: code(50), symbol: code(100) };
const series = { ...instrument, timeframe: "1m" } as const;
const seriesShape = { ...instrumentShape, timeframe: word };
const page = { limit: 10, cursor: undefined };
const pageShape = { limit: limit(), cursor };
const range = { from, to };
const rangeShape = { from: bound, to: bound };
const reversed = { argument: 1, values: { from: to, to: from }, field: "to" };
const noIndicators: readonly never[] = [];
const indicators: Kind = { bad: ["sma20", {}, ["sma21"], SQL_FRAGMENTS, [7], [null]] };
const bars = whole(1, 100_000);

const bucket: Kind = { bad: [...SQL_FRAGMENTS, "", "0m", "-1m", "1.5h", "1 year", "999999m", 5, {}] };
const session = { timeZone: "America/New_York", open: "03:30", close: "10:00" };
const sessionShape = {
  timeZone: { bad: [...SQL_FRAGMENTS, "", "Mars/Olympus", 5, {}, "lone \uD800 surrogate", "UTC\0"] },
  open: { bad: [...SQL_FRAGMENTS, "", "25:00", "9:30", "09:30:00", 930, {}] },
  close: { bad: [...SQL_FRAGMENTS, "", "25:00", "9:30", "09:30:00", 930, {}] },
};
const candles = { ...range, bucket: "5m", limit: 10, gapFill: "none", knownAt: to, rollUps: true } as const;
const candlesShape = {
  ...rangeShape,
  bucket,
  limit: whole(1, 10_000),
  gapFill: word,
  knownAt: bound,
  rollUps: flag,
};

const price: Kind = {
  bad: [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -1,
    "1",
    "1; drop table orders",
    1n,
  ],
};
const volume: Kind = { bad: price.bad.filter((value) => value !== 0) };
const bar = { time: from, open: 10, high: 11, low: 9, close: 10, volume: 1, tradeCount: 3 };
const opening: Kind = {
  bad: [...moment.bad, "2026-03-02T14:30:17.5Z", "2054-01-01T00:00:00Z", "1899-12-30T00:00:00Z"],
};
const barShape = {
  time: opening,
  open: price,
  high: price,
  low: price,
  close: price,
  volume,
  tradeCount: whole(0, 2_147_483_647),
};

/** Columns of one bar that cannot be. */
const column = (name: string, values: readonly number[]): Kind =>
  named(`bars[0].${name}`, { bad: values.map((value) => Float64Array.of(value)) });
const noPrices = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1];

const batch: Required<BarBatch> = {
  length: 1,
  time: Float64Array.of(from.epochMilliseconds * 1_000),
  open: Float64Array.of(10),
  high: Float64Array.of(11),
  low: Float64Array.of(9),
  close: Float64Array.of(10),
  volume: Float64Array.of(1),
  hasVolume: true,
  tradeCount: Int32Array.of(3),
  rawPayload: ['{"id":1}'],
};

const batchShape = {
  length: named("bars.length", { bad: [Number.NaN, -1, 1.5, 2 ** 53, "1", {}] }),
  // Not the opening of a minute, in milliseconds, of 2054, of 1899.
  time: column("time", [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1.5,
    2 ** 53,
    1_772_461_817_500_000,
    1_772_461_800_000,
    2_650_838_400_000_000,
    -2_209_161_600_000_000,
  ]),
  open: column("open", noPrices),
  high: column("high", noPrices),
  low: column("low", noPrices),
  close: column("close", noPrices),
  volume: column("volume", [Number.NaN, Number.POSITIVE_INFINITY, -1]),
  hasVolume: named("bars.hasVolume", flag),
  tradeCount: named("bars[0].tradeCount", { bad: [Int32Array.of(-2)] }),
  rawPayload: [
    named("bars[0].rawPayload", { bad: [7, "no JSON", '{"a": "\uD800"}', '{"a": "\0"}', ...SQL_FRAGMENTS] }),
  ],
} as const;

const shortColumns = {
  argument: 1,
  values: { close: new Float64Array(0) },
  field: "bars.close",
};

const store = { source: "test", indicators: false };
const storeShape = { source: code(200), indicators: flag };

/** Every method of the room for bars. */
export const barInputs: Contract<MarketData> = {
  getSeries: [{ args: [series], shapes: [seriesShape] }],
  findSeries: [{ args: [series], shapes: [seriesShape] }],
  listSeries: [{ args: [page], shapes: [pageShape] }],
  listSeriesByInstrument: [{ args: [instrument, page], shapes: [instrumentShape, pageShape] }],
  listSeriesBySymbol: [{ args: ["BTC-USD", page], shapes: [named("symbol", code(100)), pageShape] }],
  listStaleSeries: [
    {
      args: [{ ...page, timeframe: "1m", before: to }],
      shapes: [{ ...pageShape, timeframe: word, before: bound }],
    },
  ],
  latestBar: [{ args: [series], shapes: [seriesShape] }],
  listLatestBars: [
    {
      args: [
        { exchange: "XTEST", timeframe: "1m" },
        { ...page, symbols: undefined },
      ],
      shapes: [
        { exchange: code(50), timeframe: word },
        { ...pageShape, symbols: { bad: [7, {}, [], "BTC-USD"] } },
      ],
    },
    {
      args: [
        { exchange: "XTEST", timeframe: "1m" },
        { ...page, symbols: ["BTC-USD"] },
      ],
      shapes: [
        { exchange: code(50), timeframe: word },
        { ...pageShape, symbols: [named("symbol", code(100))] },
      ],
    },
  ],
  listBars: [
    {
      args: [series, { ...range, limit: 10, knownAt: to, indicators: noIndicators }],
      shapes: [seriesShape, { ...rangeShape, limit: bars, knownAt: bound, indicators }],
      wrongTogether: [reversed, { argument: 1, values: { indicators: ["sma20"] }, field: "indicators" }],
    },
  ],
  lastBars: [
    {
      args: [series, 10, { before: to, knownAt: to, indicators: noIndicators }],
      shapes: [seriesShape, named("count", bars), { before: bound, knownAt: bound, indicators }],
    },
  ],
  streamBars: [
    {
      args: [series, { ...range, pageBars: 10, knownAt: to, indicators: noIndicators }],
      shapes: [seriesShape, { ...rangeShape, pageBars: bars, knownAt: bound, indicators }],
      wrongTogether: [reversed],
    },
  ],
  listCandles: [
    {
      args: [series, { ...candles, origin: from, session: undefined }],
      shapes: [seriesShape, { ...candlesShape, origin: moment, session: { bad: [] } }],
      wrongTogether: [reversed],
    },
    {
      args: [series, { ...candles, origin: undefined, session }],
      shapes: [seriesShape, { ...candlesShape, origin: { bad: [] }, session: sessionShape }],
      wrongTogether: [reversed],
    },
  ],
  listRevisions: [
    {
      args: [series, { ...range, ...page }],
      shapes: [seriesShape, { ...rangeShape, ...pageShape }],
      wrongTogether: [reversed],
    },
  ],
  listMissingRanges: [
    {
      args: [series, { ...range, ...page }],
      shapes: [seriesShape, { ...rangeShape, limit: limit(10_000), cursor }],
      wrongTogether: [reversed],
    },
  ],
  listDoubtfulBars: [
    {
      args: [instrument, { ...range, ...page }],
      shapes: [instrumentShape, { ...rangeShape, ...pageShape }],
      wrongTogether: [reversed],
    },
  ],
  getOverview: [{ args: [instrument], shapes: [instrumentShape] }],
  findOverview: [{ args: [instrument], shapes: [instrumentShape] }],
  listOverviews: [{ args: [page], shapes: [pageShape] }],
  copyIn: [
    {
      args: [series, batch, store],
      shapes: [seriesShape, batchShape, storeShape],
      wrongTogether: [shortColumns],
    },
  ],
  upsert: [
    {
      args: [series, [bar], store],
      shapes: [seriesShape, [barShape], storeShape],
      prefixes: ["", "bars", ""],
      wrongTogether: [{ argument: 1, values: { 0: { ...bar, high: 8 } }, field: "bars[0].high" }],
    },
  ],
  refreshIndicators: [{ args: [series, { from }], shapes: [seriesShape, { from: bound }] }],
  importBars: [
    {
      args: [
        series,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `for await` reads a list as it reads a stream, and a list can be copied
        [batch] as unknown as AsyncIterable<BarBatch>,
        { ...store, onlyMissing: false, concurrency: 2, onCommitted: undefined, onRefreshed: undefined },
      ],
      shapes: [
        seriesShape,
        [batchShape],
        {
          ...storeShape,
          onlyMissing: flag,
          concurrency: whole(1, 64),
          onCommitted: unchecked("it is called"),
          onRefreshed: unchecked("it is called"),
        },
      ],
    },
  ],
};
