// The five questions that peers are asked, what their answers hold, and the values of their calls. Not how a library asks them.
// Invariant: times that go into a question are whole milliseconds, so a Date of JavaScript says them exactly.
import { schema } from "@app/schema";
import type { Timeframe } from "@app/schema/vocabulary";
import type { BenchFacts, SeriesFact } from "../workloads/bench-facts.ts";
import type { Draw } from "../workloads/draw.ts";
import { CHART_BARS, drawStretch, type Stretch } from "../workloads/market-values.ts";
import { PAGE } from "../workloads/query-values.ts";
import { type AnswerColumn, columnsOfTable } from "./answer-columns.ts";

interface SeriesValues {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

/** Values of a call, by question. */
export interface PeerValues {
  readonly bars: SeriesValues & Stretch & { readonly limit: number };
  readonly "latest bar": SeriesValues;
  /** The page behind a place: fills before `time`, and those of that moment with a smaller id. */
  readonly fills: {
    readonly strategyId: string;
    readonly before: { readonly time: Temporal.Instant; readonly id: string };
    readonly limit: number;
  };
  readonly order: { readonly id: string };
  readonly candles: SeriesValues & Stretch;
}

/** Name of a question. */
export type PeerQueryName = keyof PeerValues;

/** A question. */
export interface PeerQuery<Name extends PeerQueryName = PeerQueryName> {
  readonly name: Name;
  readonly about: string;
  /** What each row of an answer holds. */
  readonly columns: readonly AnswerColumn[];
  /** Calls of a peer in one round, one after the other. */
  readonly calls: number;
  /** @throws {RangeError} naming what there is none of in the database */
  draw(this: void, facts: BenchFacts, draw: Draw): PeerValues[Name];
}

const keyOf = ({ exchange, symbol, timeframe }: SeriesFact): SeriesValues => ({
  exchange,
  symbol,
  timeframe,
});

/** The smallest id: the place right before a moment. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const PRICES: ReadonlySet<string> = new Set(["time", "open", "high", "low", "close", "volume"]);

const barColumns = columnsOfTable(schema.marketData).filter(({ name }) => PRICES.has(name));

/** Series of minutes that are as long as the longest: a market that never closes. */
function longestOfMinutes({ series }: BenchFacts): readonly SeriesFact[] {
  const minutes = series.filter(({ timeframe }) => timeframe === "1m");
  const most = Math.max(...minutes.map(({ bars }) => bars));
  return minutes.filter(({ bars }) => bars >= most * 0.99);
}

const floorToHour = (moment: Temporal.Instant): Temporal.Instant =>
  moment.round({ smallestUnit: "hour", roundingMode: "floor" });

/** The questions, in the order of a report. */
export const peerQueries: { readonly [Name in PeerQueryName]: PeerQuery<Name> } = {
  bars: {
    name: "bars",
    about: `${CHART_BARS} bars of a series, by a range of time`,
    columns: barColumns,
    calls: 40,
    draw(facts, draw) {
      const long = facts.series.filter(({ bars }) => bars >= CHART_BARS);
      const series = draw.one(`series of ${CHART_BARS} bars`, long);
      return { ...keyOf(series), ...drawStretch(series, draw, CHART_BARS), limit: CHART_BARS };
    },
  },
  "latest bar": {
    name: "latest bar",
    about: "the latest bar of a series",
    columns: barColumns,
    calls: 80,
    draw: (facts, draw) => keyOf(draw.one("series of bars", facts.series)),
  },
  fills: {
    name: "fills",
    about: `a page of ${PAGE} fills of a strategy, newest first, behind a place in its history`,
    columns: columnsOfTable(schema.trades),
    calls: 40,
    draw(facts, draw) {
      const { strategyId, executedAt } = draw.one("fills", facts.trades);
      const time = executedAt
        .add({ milliseconds: 1 })
        .round({ smallestUnit: "millisecond", roundingMode: "ceil" });
      return { strategyId, before: { time, id: FIRST_ID }, limit: PAGE };
    },
  },
  order: {
    name: "order",
    about: "an order by its id",
    columns: columnsOfTable(schema.orders),
    calls: 80,
    draw: (facts, draw) => ({ id: draw.one("orders", facts.orders).id }),
  },
  candles: {
    name: "candles",
    about: "hourly candles of the whole history of a series of one-minute bars",
    // In which order numbers are added up is left to whoever adds them.
    columns: barColumns.map((column) => (column.name === "volume" ? { ...column, kind: "sum" } : column)),
    calls: 3,
    draw(facts, draw) {
      const series = draw.one("series of minutes", longestOfMinutes(facts));
      return {
        ...keyOf(series),
        from: floorToHour(series.firstTime),
        to: floorToHour(series.lastTime).add({ hours: 1 }),
      };
    },
  },
};

/** Names of the questions, in the order of a report. */
export const peerQueryNames = [
  "bars",
  "latest bar",
  "fills",
  "order",
  "candles",
] as const satisfies readonly PeerQueryName[];
