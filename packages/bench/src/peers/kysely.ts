// Kysely as its users use it: its query builder over an interface of the tables, the dialect of node-postgres, rows as pg gives them.
import { schema } from "@app/schema";
import type { Kyselify } from "drizzle-orm/kysely";
import { type ColumnType, Kysely, PostgresDialect, sql } from "kysely";
import { askRows, asDate, type Peer, type PeerOptions } from "./peer.ts";
import type { PeerValues } from "./peer-queries.ts";
import { openPgPool } from "./pg-pool.ts";

type AsRead<Value> = Value extends Temporal.Instant ? Date : Value;

/** A table as pg gives its rows: moments and days are Dates. */
type TableOf<Columns> = {
  readonly [Name in keyof Columns]: Columns[Name] extends ColumnType<infer Read, infer _Insert, infer _Update>
    ? Name extends "retain_until"
      ? Date | null
      : AsRead<Read>
    : never;
};

interface Tables {
  readonly market_data: TableOf<Kyselify<typeof schema.marketData>>;
  readonly orders: TableOf<Kyselify<typeof schema.orders>>;
  readonly trades: TableOf<Kyselify<typeof schema.trades>>;
}

const PRICES = ["time", "open", "high", "low", "close", "volume"] as const;

/** @returns Kysely over a pool of its own */
export function openKysely(options: PeerOptions): Peer {
  const database = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPgPool(options) }),
  });
  const ofSeries = ({ exchange, symbol, timeframe }: PeerValues["latest bar"]) =>
    database
      .selectFrom("market_data")
      .where("exchange", "=", exchange)
      .where("symbol", "=", symbol)
      .where("timeframe", "=", timeframe);
  const inRange = (values: PeerValues["candles"]) =>
    ofSeries(values).where("time", ">=", asDate(values.from)).where("time", "<", asDate(values.to));
  return {
    questions: {
      bars: askRows((values) => inRange(values).select(PRICES).orderBy("time").limit(values.limit).execute()),
      "latest bar": askRows((values) =>
        ofSeries(values).select(PRICES).orderBy("time", "desc").limit(1).execute(),
      ),
      fills: askRows(({ strategyId, before, limit }) =>
        database
          .selectFrom("trades")
          .selectAll()
          .where("strategy_id", "=", strategyId)
          .where("executed_at", "<=", asDate(before.time))
          .where((eb) => eb(eb.refTuple("executed_at", "id"), "<", eb.tuple(asDate(before.time), before.id)))
          .where("busted_at", "is", null)
          .orderBy("executed_at", "desc")
          .orderBy("id", "desc")
          .limit(limit)
          .execute(),
      ),
      order: askRows(({ id }) => database.selectFrom("orders").selectAll().where("id", "=", id).execute()),
      candles: askRows((values) =>
        inRange(values)
          .select(({ fn }) => [
            sql<Date>`date_bin('1 hour', time, '2000-01-01 00:00:00+00')`.as("time"),
            sql<number>`(array_agg(open order by time))[1]`.as("open"),
            fn.max("high").as("high"),
            fn.min("low").as("low"),
            sql<number>`(array_agg(close order by time desc))[1]`.as("close"),
            fn.sum<number>("volume").as("volume"),
          ])
          .groupBy(sql`1`)
          .orderBy(sql`1`)
          .execute(),
      ),
    },
    [Symbol.asyncDispose]: () => database.destroy(),
  };
}
