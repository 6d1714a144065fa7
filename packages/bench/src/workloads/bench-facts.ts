// What is in a seeded database, as far as calls need to know it: keys of rows of several ages, drawn from. Read from the database itself,
// so that any seeded one will do; no seeding, and nothing is drawn here.
// Invariant: rows of one kind come in one order, and what benchmarks wrote is left out, so the same seed gives the same facts.
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { WRITER } from "./writer.ts";

/** A series of bars. */
export interface SeriesFact {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly firstTime: Temporal.Instant;
  readonly lastTime: Temporal.Instant;
  readonly bars: number;
}

/** A strategy. */
export interface StrategyFact {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly createdAt: Temporal.Instant;
  readonly currency: string;
  readonly symbols: readonly string[];
  readonly tags: readonly string[];
}

/** A position, open or flat. */
export interface PositionFact {
  readonly strategyId: string;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly currency: string;
  readonly firstFillAt: Temporal.Instant;
  readonly lastFillAt: Temporal.Instant;
}

/** An equity curve; without a strategy it is that of the account. */
export interface CurveFact {
  readonly account: string;
  readonly strategyId: string | null;
  readonly currency: string;
  readonly lastTakenAt: Temporal.Instant;
}

/** An order. */
export interface OrderFact {
  readonly id: string;
  readonly createdAt: Temporal.Instant;
  readonly updatedAt: Temporal.Instant;
  readonly account: string;
  readonly strategyId: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly executionId: string | null;
}

/** A fill. */
export interface TradeFact {
  readonly id: string;
  readonly executedAt: Temporal.Instant;
  readonly account: string;
  readonly strategyId: string;
  readonly orderId: string | null;
  readonly exchange: string;
  readonly symbol: string;
  readonly side: string;
  readonly exchangeTradeId: string;
  readonly correction: number;
  readonly currency: string;
  readonly price: string;
}

/** A snapshot of a curve. */
export interface SnapshotFact {
  readonly id: string;
  readonly takenAt: Temporal.Instant;
  readonly account: string;
  readonly strategyId: string | null;
  readonly currency: string;
}

/** A log record. */
export interface LogFact {
  readonly id: string;
  readonly loggedAt: Temporal.Instant;
  readonly component: string;
  readonly message: string;
  readonly strategyId: string | null;
  readonly correlationId: string | null;
  readonly context: Readonly<Record<string, unknown>> | null;
}

/** A record of an administrative change. */
export interface AuditFact {
  readonly id: string;
  readonly occurredAt: Temporal.Instant;
  readonly entityType: string;
  readonly entityId: string;
  readonly actor: string;
}

/** A step of an order. */
export interface OrderEventFact {
  readonly id: string;
  readonly eventTime: Temporal.Instant;
}

/** Everything that calls are drawn from. */
export interface BenchFacts {
  readonly series: readonly SeriesFact[];
  readonly strategies: readonly StrategyFact[];
  readonly positions: readonly PositionFact[];
  readonly curves: readonly CurveFact[];
  readonly orders: readonly OrderFact[];
  readonly openOrders: readonly OrderFact[];
  readonly trades: readonly TradeFact[];
  readonly snapshots: readonly SnapshotFact[];
  readonly logs: readonly LogFact[];
  readonly audits: readonly AuditFact[];
  readonly orderEvents: readonly OrderEventFact[];
}

/** Places in the history of a table at which rows are taken, the newest among them, and rows of each. */
const AGES = 16;
const ROWS_OF_AN_AGE = 12;
const MOST_KEYS = 1_000;

const ORDER = `id, created_at as "createdAt", updated_at as "updatedAt", account, strategy_id as "strategyId", exchange, symbol,
  client_order_id as "clientOrderId", venue_order_id as "venueOrderId", last_execution_id as "executionId"`;

interface Ages {
  readonly table: string;
  readonly time: string;
  readonly columns: string;
  readonly where?: string;
  /** Some calls use only rows that meet this condition; the newest of those are read too, since the newest of all may hold none. */
  readonly drawnAlone?: string;
}

/**
 * Rows of several ages, the oldest first: at each place the next ones by id, which holds the time; a day on there are none, the place gives
 * none. Last the newest ones of all and of those that are drawn alone, within a day of the last.
 */
async function rowsOfAges<Row extends object>(
  database: Queryable,
  { table, time, columns, where = "true", drawnAlone }: Ages,
): Promise<readonly Row[]> {
  const end = (direction: "asc" | "desc"): string =>
    `(select uuid_extract_timestamp(id) from ${table} order by id ${direction} limit 1)`;
  const { rows: places } = await database.query<{ readonly place: Temporal.Instant }>(
    `select first + (last - first) * n / ${AGES - 1} as place
     from (select ${end("asc")} as first, ${end("desc")} as last) ends, generate_series(0, ${AGES - 2}) n
     where first is not null order by n`,
  );
  const found: Row[] = [];
  for (const { place } of places) {
    const { rows } = await database.query<Row>(
      `select ${columns} from ${table}
       where ${time} >= $1 and ${time} < $1::timestamptz + interval '1 day' and id >= uuid_v7_at($1) and ${where}
       order by id limit ${ROWS_OF_AN_AGE}`,
      [place],
    );
    found.push(...rows);
  }
  const newestOf = (condition: string): string =>
    `(select ${columns} from ${table}
      where ${time} >= ${end("desc")} - interval '1 day' and id >= uuid_v7_at(${end("desc")} - interval '1 day') and ${where} and ${condition}
      order by ${table}.id desc limit ${ROWS_OF_AN_AGE})`;
  const { rows: newest } = await database.query<Row>(
    `select * from (${["true", ...(drawnAlone === undefined ? [] : [drawnAlone])].map(newestOf).join(" union ")}) newest order by id`,
  );
  return [...found, ...newest];
}

async function rowsOf<Row extends object>(database: Queryable, text: string): Promise<readonly Row[]> {
  return (await database.query<Row>(text)).rows;
}

/**
 * The same facts, but of what has an age the newest rows alone: what is asked for most, and lies in no columns yet. Of rows that calls draw
 * only some from, the newest of those too.
 */
export function newestFacts(facts: BenchFacts): BenchFacts {
  const newest = <Row>(rows: readonly Row[], isDrawn: (row: Row) => boolean = () => true): readonly Row[] => [
    ...rows.slice(-ROWS_OF_AN_AGE),
    ...rows.filter(isDrawn).slice(-ROWS_OF_AN_AGE),
  ];
  return {
    ...facts,
    orders: newest(facts.orders),
    trades: newest(facts.trades, ({ orderId }) => orderId !== null),
    snapshots: newest(facts.snapshots, ({ strategyId }) => strategyId !== null),
    logs: newest(facts.logs, ({ strategyId }) => strategyId !== null),
    audits: newest(facts.audits),
    orderEvents: newest(facts.orderEvents),
  };
}

/** @returns the facts of a seeded database; a table that is empty gives none */
export async function readFacts(database: Queryable): Promise<BenchFacts> {
  return {
    series: await rowsOf(
      database,
      `select exchange, symbol, timeframe, first_time as "firstTime", last_time as "lastTime", bar_count::float8 as bars
       from market_series where exchange <> '${WRITER.exchange}' order by bar_count desc, exchange, symbol, timeframe limit ${MOST_KEYS}`,
    ),
    strategies: await rowsOf(
      database,
      `select id, name, kind, created_at as "createdAt", base_currency as currency, symbols, tags from strategies
       where name <> '${WRITER.strategy}' order by total_trades desc, id limit ${MOST_KEYS}`,
    ),
    positions: await rowsOf(
      database,
      `select strategy_id as "strategyId", account, exchange, symbol, settlement_currency as currency,
         first_fill_at as "firstFillAt", last_fill_at as "lastFillAt"
       from positions where strategy_id is not null and first_fill_at is not null and account <> '${WRITER.account}'
       order by fill_count desc, strategy_id, account, exchange, symbol limit ${MOST_KEYS}`,
    ),
    curves: await rowsOf(
      database,
      `select account, strategy_id as "strategyId", currency, last_taken_at as "lastTakenAt" from portfolio_curves
       where last_taken_at is not null order by account, strategy_id, currency limit ${MOST_KEYS}`,
    ),
    orders: await rowsOfAges(database, {
      table: "orders",
      time: "created_at",
      columns: ORDER,
      where: `strategy_id is not null and account <> '${WRITER.account}'`,
    }),
    openOrders: await rowsOf(
      database,
      `select ${ORDER.replaceAll(/\b(id|created_at) as|^id/gu, (found) => `o.${found}`)} from orders o
       join (select order_id, created_at from open_orders order by created_at, order_id limit 200) k
         on o.id = k.order_id and o.created_at = k.created_at
       where o.strategy_id is not null and o.account <> '${WRITER.account}' order by o.id`,
    ),
    trades: await rowsOfAges(database, {
      table: "trades",
      time: "executed_at",
      columns: `id, executed_at as "executedAt", account, strategy_id as "strategyId", order_id as "orderId", exchange, symbol, side,
        exchange_trade_id as "exchangeTradeId", correction, settlement_currency as currency, price`,
      where: `strategy_id is not null and account <> '${WRITER.account}'`,
      drawnAlone: "order_id is not null",
    }),
    snapshots: await rowsOfAges(database, {
      table: "portfolio_snapshots",
      time: "taken_at",
      columns: `id, taken_at as "takenAt", account, strategy_id as "strategyId", currency`,
      drawnAlone: "strategy_id is not null",
    }),
    logs: await rowsOfAges(database, {
      table: "system_logs",
      time: "logged_at",
      columns: `id, logged_at as "loggedAt", component, message, strategy_id as "strategyId", correlation_id as "correlationId", context`,
      where: `component <> '${WRITER.account}'`,
      drawnAlone: "strategy_id is not null",
    }),
    audits: await rowsOfAges(database, {
      table: "audit_log",
      time: "occurred_at",
      columns: `id, occurred_at as "occurredAt", entity_type as "entityType", entity_id as "entityId", actor`,
    }),
    orderEvents: await rowsOfAges(database, {
      table: "order_events",
      time: "event_time",
      columns: `id, event_time as "eventTime"`,
    }),
  };
}
