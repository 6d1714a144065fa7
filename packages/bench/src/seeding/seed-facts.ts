// What a finished seeding says of itself, in its mark and by bench:seed --json: its days, series with their ranges, strategies by their fills,
// orders and fills of several ages. Read once. Not what workloads draw from: that is ../workloads/bench-facts.ts, read from any seeded database.
// Invariant: plain JSON; instants as ISO 8601 text in UTC.
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import type { SeedHistory } from "./seed-history.ts";

/** A series of bars. */
export interface SeriesFact {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly bars: number;
  readonly hasIndicators: boolean;
}

/** A strategy. */
export interface StrategyFact {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly account: string;
  readonly exchange: string;
  readonly currency: string;
  readonly symbols: readonly string[];
  readonly fills: number;
}

/** An order, by all it can be found by. */
export interface OrderFact {
  /** Days before the end that it was made. */
  readonly ageDays: number;
  readonly id: string;
  readonly createdAt: string;
  readonly strategyId: string;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly status: string;
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly executionId: string | null;
}

/** A fill, by all it can be found by. */
export interface TradeFact {
  readonly ageDays: number;
  readonly id: string;
  readonly executedAt: string;
  readonly strategyId: string;
  readonly orderId: string;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly exchangeTradeId: string;
}

/** An equity curve. */
export interface CurveFact {
  readonly account: string;
  readonly strategyId: string;
  readonly currency: string;
  readonly firstTakenAt: string;
  readonly lastTakenAt: string;
  readonly snapshots: number;
}

/** All of it. */
export interface SeedFacts {
  /** First day and the day after the last one, UTC. */
  readonly firstDay: string;
  readonly endDay: string;
  readonly series: readonly SeriesFact[];
  /** Most fills first. */
  readonly strategies: readonly StrategyFact[];
  readonly accounts: readonly string[];
  /** The youngest first. */
  readonly orders: readonly OrderFact[];
  /** Orders that work, the oldest first. */
  readonly openOrders: readonly OrderFact[];
  readonly trades: readonly TradeFact[];
  readonly curves: readonly CurveFact[];
  /** Of log lines, the youngest first. */
  readonly correlationIds: readonly string[];
}

/** Rows of each age. */
const ROWS_OF_AGE = 10;
const AGES_DAYS = [1, 2, 7, 14, 30, 65, 85, 180, 360, 720, 1_090, 1_825, 2_547] as const;

const iso = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const orderFact = `o.id, ${iso("o.created_at")} as "createdAt", o.strategy_id as "strategyId", o.account, o.exchange, o.symbol, o.status::text as status,
  o.client_order_id as "clientOrderId", o.venue_order_id as "venueOrderId", o.last_execution_id as "executionId"`;

/** @returns what is there */
export async function readSeedFacts(connection: Queryable, history: SeedHistory): Promise<SeedFacts> {
  const { profile, firstDay, endDay, strategies, instruments } = history;
  const list = async <Row extends object>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> => (await connection.query<Row>(text, values)).rows;
  const withIndicators = new Set(
    instruments.filter(({ venue }) => venue.session !== "always").map(({ symbol }) => symbol),
  );
  const series = await list<Omit<SeriesFact, "hasIndicators">>(
    `select exchange, symbol, timeframe::text as timeframe, ${iso("first_time")} as "firstTime", ${iso("last_time")} as "lastTime",
       bar_count::float8 as bars
     from market_series order by bar_count desc, exchange, symbol`,
  );
  const fills = await list<{ readonly id: string; readonly fills: number; readonly status: string }>(
    `select id, coalesce((select sum(fill_count) from positions p where p.strategy_id = s.id), 0)::float8 as fills, status::text as status
     from strategies s`,
  );
  const byId = new Map(fills.map((row) => [row.id, row]));
  const ages = AGES_DAYS.filter((age) => age <= profile.days);
  const ofAges = async <Row extends { readonly id: string }>(
    text: string,
  ): Promise<readonly (Row & { readonly ageDays: number })[]> => {
    const found: (Row & { readonly ageDays: number })[] = [];
    for (const ageDays of ages) {
      const from = endDay.subtract({ days: ageDays });
      const rows = await list<Row>(text, [
        `${from.toString()}T00:00:00Z`,
        `${from.add({ days: 1 }).toString()}T00:00:00Z`,
        ROWS_OF_AGE,
      ]);
      found.push(...rows.map((row) => ({ ageDays, ...row })));
    }
    return found;
  };
  const open = await list<Omit<OrderFact, "ageDays"> & { readonly ageDays: number }>(
    `select floor(extract(epoch from $1::timestamptz - o.created_at) / 86400)::float8 + 1 as "ageDays", ${orderFact}
     from (select order_id, created_at from open_orders order by created_at, order_id limit 50) w
     join orders o on o.id = w.order_id and o.created_at = w.created_at order by o.created_at, o.id`,
    [`${endDay.toString()}T00:00:00Z`],
  );
  return {
    firstDay: firstDay.toString(),
    endDay: endDay.toString(),
    series: series.map((row) => ({ ...row, hasIndicators: withIndicators.has(row.symbol) })),
    strategies: strategies
      .map((strategy) => ({
        id: strategy.id,
        name: strategy.name,
        kind: strategy.kind,
        status: byId.get(strategy.id)?.status ?? "active",
        account: strategy.account,
        exchange: strategy.venue.exchange,
        currency: strategy.venue.currency,
        symbols: strategy.instruments.map(({ symbol }) => symbol),
        fills: byId.get(strategy.id)?.fills ?? 0,
      }))
      .toSorted((one, other) => other.fills - one.fills),
    accounts: [...new Set(strategies.map(({ account }) => account))].toSorted(),
    orders: await ofAges<Omit<OrderFact, "ageDays">>(
      `select ${orderFact} from orders o where o.created_at >= $1 and o.created_at < $2 order by md5(o.id::text) limit $3`,
    ),
    openOrders: open,
    trades: await ofAges<Omit<TradeFact, "ageDays">>(
      `select id, ${iso("executed_at")} as "executedAt", strategy_id as "strategyId", order_id as "orderId", account, exchange, symbol,
         side::text as side, exchange_trade_id as "exchangeTradeId"
       from trades where executed_at >= $1 and executed_at < $2 and busted_at is null order by md5(id::text) limit $3`,
    ),
    curves: await list<CurveFact>(
      `select account, strategy_id as "strategyId", currency, ${iso("min(taken_at)")} as "firstTakenAt", ${iso("max(taken_at)")} as "lastTakenAt",
         count(*)::float8 as snapshots
       from portfolio_snapshots group by account, strategy_id, currency order by account, strategy_id`,
    ),
    correlationIds: (
      await list<{ readonly id: string }>(
        `select correlation_id as id from system_logs
         where correlation_id is not null and logged_at >= $1::timestamptz - interval '2 days' group by 1 order by max(logged_at) desc, 1 limit 100`,
        [`${endDay.toString()}T00:00:00Z`],
      )
    ).map(({ id }) => id),
  };
}
