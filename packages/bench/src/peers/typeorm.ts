// TypeORM as its users use it: entities by EntitySchema, `find` of a repository, its query builder where `find` cannot say it. Rows are entities.
import { schema } from "@app/schema";
import { getTableColumns } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import {
  And,
  type ColumnType,
  DataSource,
  EntitySchema,
  type EntitySchemaColumnOptions,
  LessThan,
  MoreThanOrEqual,
} from "typeorm";
import { askRows, asDate, type Peer, type PeerOptions } from "./peer.ts";
import { pgPoolConfig } from "./pg-pool.ts";

/** Moments as TypeORM gives them. */
type EntityOf<Row> = {
  [Name in keyof Row]: Row[Name] extends Temporal.Instant | null
    ? Date | Extract<Row[Name], null>
    : Row[Name];
};

type Bar = EntityOf<typeof schema.marketData.$inferSelect>;
type Order = EntityOf<typeof schema.orders.$inferSelect>;
type Fill = EntityOf<typeof schema.trades.$inferSelect>;

/** What a user writes out for each column; types that are enums are text to who only reads them. */
function describeTable(
  table: PgTable,
  primary: readonly string[],
): Readonly<Record<string, EntitySchemaColumnOptions>> {
  return Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([property, column]) => [
      property,
      {
        name: column.name,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- types of PostgreSQL, all of which TypeORM knows by name
        type: (column.columnType === "PgEnumColumn" ? "text" : column.getSQLType()) as ColumnType,
        primary: primary.includes(property),
        nullable: !column.notNull,
      },
    ]),
  );
}

const barEntity = new EntitySchema<Bar>({
  name: "bar",
  tableName: "market_data",
  columns: describeTable(schema.marketData, ["exchange", "symbol", "timeframe", "time"]),
});
const orderEntity = new EntitySchema<Order>({
  name: "order",
  tableName: "orders",
  columns: describeTable(schema.orders, ["id", "createdAt"]),
});
const fillEntity = new EntitySchema<Fill>({
  name: "fill",
  tableName: "trades",
  columns: describeTable(schema.trades, ["id", "executedAt"]),
});

const PRICES = { time: true, open: true, high: true, low: true, close: true, volume: true } as const;

/** @returns TypeORM with a pool of its own */
export async function openTypeorm(options: PeerOptions): Promise<Peer> {
  const source = new DataSource({
    type: "postgres",
    url: options.url,
    extra: pgPoolConfig(options),
    entities: [barEntity, orderEntity, fillEntity],
  });
  await source.initialize();
  const bars = source.getRepository(barEntity);
  const orders = source.getRepository(orderEntity);
  const fills = source.getRepository(fillEntity);
  return {
    questions: {
      bars: askRows(({ exchange, symbol, timeframe, from, to, limit }) =>
        bars.find({
          select: PRICES,
          where: {
            exchange,
            symbol,
            timeframe,
            time: And(MoreThanOrEqual(asDate(from)), LessThan(asDate(to))),
          },
          order: { time: "ASC" },
          take: limit,
        }),
      ),
      "latest bar": askRows(({ exchange, symbol, timeframe }) =>
        bars.find({
          select: PRICES,
          where: { exchange, symbol, timeframe },
          order: { time: "DESC" },
          take: 1,
        }),
      ),
      fills: askRows(({ strategyId, before, limit }) =>
        fills
          .createQueryBuilder("fill")
          .where("fill.strategyId = :strategyId", { strategyId })
          .andWhere("fill.executedAt <= :time and (fill.executedAt, fill.id) < (:time, :id)", {
            time: asDate(before.time),
            id: before.id,
          })
          .andWhere("fill.bustedAt is null")
          .orderBy("fill.executedAt", "DESC")
          .addOrderBy("fill.id", "DESC")
          .limit(limit)
          .getMany(),
      ),
      order: askRows(({ id }) => orders.find({ where: { id } })),
      candles: askRows(({ exchange, symbol, timeframe, from, to }) =>
        bars
          .createQueryBuilder("bar")
          .select("date_bin('1 hour', bar.time, '2000-01-01 00:00:00+00')", "time")
          .addSelect("(array_agg(bar.open order by bar.time))[1]", "open")
          .addSelect("max(bar.high)", "high")
          .addSelect("min(bar.low)", "low")
          .addSelect("(array_agg(bar.close order by bar.time desc))[1]", "close")
          .addSelect("sum(bar.volume)", "volume")
          .where({ exchange, symbol, timeframe })
          .andWhere("bar.time >= :from and bar.time < :to", { from: asDate(from), to: asDate(to) })
          .groupBy("1")
          .orderBy("1")
          .getRawMany<object>(),
      ),
    },
    [Symbol.asyncDispose]: () => source.destroy(),
  };
}
