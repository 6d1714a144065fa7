// drizzle-orm as its users use it: the tables of the schema, the query builder, nothing prepared. Columns of moments are the schema's own, so
// they come as Temporal.Instant.
import { schema } from "@app/schema";
import { and, asc, desc, eq, gte, isNull, lt, lte, max, min, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { askRows, type Peer, type PeerOptions } from "./peer.ts";
import type { PeerValues } from "./peer-queries.ts";
import { openPgPool } from "./pg-pool.ts";

const { marketData, orders, trades } = schema;

const PRICES = {
  time: marketData.time,
  open: marketData.open,
  high: marketData.high,
  low: marketData.low,
  close: marketData.close,
  volume: marketData.volume,
};

const ofSeries = ({ exchange, symbol, timeframe }: PeerValues["latest bar"]) =>
  and(eq(marketData.exchange, exchange), eq(marketData.symbol, symbol), eq(marketData.timeframe, timeframe));

const inRange = (values: PeerValues["candles"]) =>
  and(ofSeries(values), gte(marketData.time, values.from), lt(marketData.time, values.to));

/** @returns drizzle over a pool of its own */
export function openDrizzle(options: PeerOptions): Peer {
  const pool = openPgPool(options);
  const database = drizzle(pool);
  return {
    questions: {
      bars: askRows((values) =>
        database
          .select(PRICES)
          .from(marketData)
          .where(inRange(values))
          .orderBy(asc(marketData.time))
          .limit(values.limit),
      ),
      "latest bar": askRows((values) =>
        database
          .select(PRICES)
          .from(marketData)
          .where(ofSeries(values))
          .orderBy(desc(marketData.time))
          .limit(1),
      ),
      fills: askRows(({ strategyId, before, limit }) =>
        database
          .select()
          .from(trades)
          .where(
            and(
              eq(trades.strategyId, strategyId),
              lte(trades.executedAt, before.time),
              sql`(${trades.executedAt}, ${trades.id}) < (${sql.param(before.time, trades.executedAt)}, ${before.id})`,
              isNull(trades.bustedAt),
            ),
          )
          .orderBy(desc(trades.executedAt), desc(trades.id))
          .limit(limit),
      ),
      order: askRows(({ id }) => database.select().from(orders).where(eq(orders.id, id))),
      candles: askRows((values) =>
        database
          .select({
            time: sql`date_bin('1 hour', ${marketData.time}, '2000-01-01 00:00:00+00')`.mapWith(
              marketData.time,
            ),
            open: sql<number>`(array_agg(${marketData.open} order by ${marketData.time}))[1]`,
            high: max(marketData.high),
            low: min(marketData.low),
            close: sql<number>`(array_agg(${marketData.close} order by ${marketData.time} desc))[1]`,
            volume: sql<number>`sum(${marketData.volume})`,
          })
          .from(marketData)
          .where(inRange(values))
          .groupBy(sql`1`)
          .orderBy(sql`1`),
      ),
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
