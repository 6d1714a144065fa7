// The lists of bars and of their series in pages. Data for the tests of this folder.
import type { MarketData } from "../market-data/market-data.ts";
import type { TradingData } from "../trading-data.ts";
import { field, type ListsOf, whole } from "./paged-list.ts";
import type { PagedRows } from "./paged-rows.ts";

/** @returns the lists of bars */
export function pagedBarLists(data: TradingData, { next, bar }: PagedRows): ListsOf<MarketData> {
  const instrument = () => ({ exchange: "XTEST", symbol: next().name });
  const series = () => ({ ...instrument(), timeframe: "1m" as const });
  /** A series of its own for each row. */
  const newSeries = (exchange: string) => (daysBefore: number) =>
    bar(daysBefore, { exchange, symbol: next().name });
  return {
    listSeries: async () => ({
      add: newSeries(next().name),
      read: (page) => data.marketData.listSeries(page),
      keyOf: field("exchange", "symbol", "timeframe"),
      readOther: null,
    }),
    listSeriesByInstrument: async () => {
      const of = instrument();
      // One of each timeframe there is; none can arrive.
      const lengths = ["1m", "1h", "1d"] as const;
      let made = 0;
      return {
        async add(daysBefore) {
          const timeframe = lengths[(made += 1) % lengths.length] ?? "1m";
          await bar(Math.round(daysBefore) + 0.375, of, timeframe);
        },
        read: (page) => data.marketData.listSeriesByInstrument(of, page),
        keyOf: field("timeframe"),
      };
    },
    listSeriesBySymbol: async () => {
      const symbol = next().name;
      return {
        add: (daysBefore) => bar(daysBefore, { exchange: next().name, symbol }),
        read: (page) => data.marketData.listSeriesBySymbol(symbol, page),
        keyOf: field("exchange", "timeframe"),
      };
    },
    listStaleSeries: async () => ({
      add: newSeries(next().name),
      read: (page) => data.marketData.listStaleSeries({ ...page, timeframe: "1m", before: whole.to }),
      keyOf: field("exchange", "symbol"),
      readOther: (page) => data.marketData.listStaleSeries({ ...page, timeframe: "1h", before: whole.to }),
    }),
    listLatestBars: async () => {
      const exchange = next().name;
      return {
        add: newSeries(exchange),
        read: (page) => data.marketData.listLatestBars({ exchange, timeframe: "1m" }, page),
        keyOf: field("symbol"),
      };
    },
    listRevisions: async () => {
      const of = series();
      return {
        // What is said twice, otherwise, has been revised.
        async add(daysBefore) {
          await bar(daysBefore, of);
          await bar(daysBefore, of);
        },
        read: (page) => data.marketData.listRevisions(of, { ...page, ...whole }),
        keyOf: field("time", "knownFrom"),
      };
    },
    listMissingRanges: async () => {
      const of = series();
      let newest = 0;
      return {
        // What arrives is newer: a bar in a hole makes two holes of it, and what was read of it was true.
        add: (daysBefore) => bar(daysBefore < 0 ? (newest -= 0.01) : daysBefore, of),
        read: (page) => data.marketData.listMissingRanges(of, { ...page, ...whole }),
        keyOf: field("from", "to"),
        arrivals: [-1, -1, -1],
      };
    },
    listDoubtfulBars: async () => {
      const of = instrument();
      return {
        async add(daysBefore) {
          await bar(daysBefore, of);
          await data.query("update market_data set quality_score = 50 where symbol = $1", [of.symbol]);
        },
        read: (page) => data.marketData.listDoubtfulBars(of, { ...page, ...whole }),
        keyOf: field("time", "timeframe"),
      };
    },
    listOverviews: async () => {
      const add = newSeries(next().name);
      return {
        async add(daysBefore) {
          await add(daysBefore);
          await data.query("refresh materialized view market_overview");
        },
        read: (page) => data.marketData.listOverviews(page),
        keyOf: field("exchange", "symbol"),
        readOther: null,
      };
    },
  };
}
