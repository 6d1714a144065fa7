// Makes bars of single trades: first, highest, lowest and last price, the sum of amounts, the number of trades.
// Trades may come a little out of order: the newest OPEN_BARS bars stay open. A bar once given is never reopened.
import { barOpenAt } from "@app/repositories";
import type { Timeframe } from "@app/schema/vocabulary";
import { shownText } from "./shown-text.ts";

/** How many bars stay open for trades that come late. */
export const OPEN_BARS = 1_000;

/** Of a trade's id, when it is refused; exchanges use up to 36 characters. */
const LONGEST_ID = 60;

interface OpenBar {
  readonly time: number;
  firstTime: number;
  lastTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  readonly ids: Set<string>;
}

/** A finished bar. */
export interface TradedBar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export interface TradeAggregation {
  /** Takes a trade; @returns why it cannot be counted, or undefined when it was. */
  take(time: number, id: string | undefined, price: number, amount: number): string | undefined;
  /** Bars that are finished, oldest first; with `all`, the open ones too. */
  finished(all: boolean): TradedBar[];
}

/** @returns an aggregation without trades. Of trades with the same time, the file's order counts. */
export function createTradeAggregation(timeframe: Timeframe): TradeAggregation {
  const open = new Map<number, OpenBar>();
  let newest = Number.NEGATIVE_INFINITY;
  let givenUntil = Number.NEGATIVE_INFINITY;

  return {
    take(time, id, price, amount) {
      const barTime = barOpenAt(timeframe, time);
      if (barTime <= givenUntil)
        return "the trade is older than bars already finished; sort the file by time";
      let bar = open.get(barTime);
      if (bar === undefined) {
        bar = {
          time: barTime,
          firstTime: time,
          lastTime: time,
          open: price,
          high: price,
          low: price,
          close: price,
          volume: 0,
          trades: 0,
          ids: new Set(),
        };
        open.set(barTime, bar);
        newest = Math.max(newest, barTime);
      }
      if (id !== undefined) {
        if (bar.ids.has(id)) return `the trade id ${shownText(id, LONGEST_ID)} was there before`;
        bar.ids.add(id);
      }
      if (time < bar.firstTime) [bar.firstTime, bar.open] = [time, price];
      if (time >= bar.lastTime) [bar.lastTime, bar.close] = [time, price];
      bar.high = Math.max(bar.high, price);
      bar.low = Math.min(bar.low, price);
      bar.volume += amount;
      bar.trades += 1;
      return undefined;
    },
    finished(all) {
      if (!all && open.size <= OPEN_BARS * 2) return [];
      const bars = [...open.values()].toSorted((a, b) => a.time - b.time);
      const done = all ? bars : bars.slice(0, -OPEN_BARS);
      for (const bar of done) {
        open.delete(bar.time);
        givenUntil = Math.max(givenUntil, bar.time);
      }
      return done;
    },
  };
}
