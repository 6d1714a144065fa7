// Our own repositories beside the peers: the methods a backend calls for the same questions, bars and candles as columns.
import { type BarColumns, barAt, connect } from "@app/repositories";
import { askAnswer, askRows, type Peer, type PeerOptions } from "./peer.ts";

const rowsOf = (bars: BarColumns): readonly object[] =>
  Array.from({ length: bars.length }, (_, index) => barAt(bars, index));

/** @returns the repositories over a pool of their own, whose session is set up by themselves */
export function openOurRepositories({ url, connections }: PeerOptions): Peer {
  const data = connect({ database: url, poolSize: connections });
  const { marketData, trades, orders } = data;
  return {
    questions: {
      bars: askAnswer(
        ({ from, to, limit, ...series }) => marketData.listBars(series, { from, to, limit }),
        rowsOf,
      ),
      "latest bar": askRows(async (series) => {
        const bar = await marketData.latestBar(series);
        return bar === undefined ? [] : [bar];
      }),
      fills: askAnswer(
        // The place is the one right before a moment.
        ({ strategyId, before, limit }) => trades.list({ strategyId }, { to: before.time, limit }),
        ({ items }) => items,
      ),
      order: askRows(async ({ id }) => [await orders.get(id)]),
      candles: askAnswer(
        ({ from, to, ...source }) => marketData.listCandles(source, { bucket: "1h", from, to }),
        rowsOf,
      ),
    },
    [Symbol.asyncDispose]: () => data.close(),
  };
}
