// Lines of the application's log: what orders caused, tied together by a correlation id, and the heartbeat of the feeds.
import type { LogLevel } from "@app/schema/vocabulary";
import type { RowColumn } from "./copy-rows.ts";
import type { OrderRow } from "./orders/order-rows.ts";
import type { RandomStream } from "./random-stream.ts";
import { timeOrderedIdAt } from "./time-ordered-id.ts";

/** One line. */
export interface LogRow {
  readonly id: string;
  readonly loggedAt: number;
  readonly level: LogLevel;
  readonly component: string;
  readonly message: string;
  readonly strategyId: string | null;
  readonly correlationId: string | null;
  readonly duration: number | null;
  readonly error: string | null;
  readonly context: string | null;
}

const HOUR_MICROSECONDS = 3_600_000_000;
const FEEDS = ["XNAS", "COIN"] as const;

/** Milliseconds an operation took: most few, some over a second. */
const duration = (random: RandomStream): number =>
  Math.round(Math.exp(1.2 + 1.5 * random.normal()) * 1_000) / 1_000;

/** The lines an order leaves, each its own component's. */
function aboutOrder(random: RandomStream, order: OrderRow): readonly LogRow[] {
  const { clientOrderId, strategy, instrument, status, statusReason, lots, side } = order;
  const line = (after: number, component: string, level: LogLevel, message: string): LogRow => {
    const loggedAt = order.createdAt + after;
    return {
      id: timeOrderedIdAt(random, loggedAt),
      loggedAt,
      level,
      component,
      message,
      strategyId: strategy.id,
      correlationId: `req-${clientOrderId}`,
      duration: duration(random),
      error: level === "error" ? "OrderRejected" : null,
      context: JSON.stringify({ symbol: instrument.symbol, side, lots, attempt: 1 }),
    };
  };
  const isRejected = status === "rejected";
  return [
    line(40, "risk", "debug", `limits of ${strategy.name} checked for ${side} ${instrument.symbol}`),
    line(90, "order-router", "info", `order ${clientOrderId} sent to ${instrument.venue.exchange}`),
    isRejected
      ? line(9_000, "oms", "error", `order ${clientOrderId} rejected: ${statusReason ?? "no reason given"}`)
      : line(9_000, "oms", "info", `order ${clientOrderId} acknowledged`),
  ];
}

/**
 * @param from the beginning of the hour, microseconds since 1970
 * @param orders those sent within it
 */
export function logLinesOfHour(
  random: RandomStream,
  from: number,
  lines: number,
  orders: readonly OrderRow[],
): readonly LogRow[] {
  const fromOrders = orders
    .slice(0, Math.floor((lines * 0.8) / 3))
    .flatMap((order) => aboutOrder(random, order));
  const rest = Math.max(0, lines - fromOrders.length);
  const beats = Array.from({ length: rest }, (_, index): LogRow => {
    const loggedAt = from + Math.floor(((index + random.uniform()) / rest) * HOUR_MICROSECONDS);
    const feed = random.pick(FEEDS);
    const isLate = random.chance(0.01);
    return {
      id: timeOrderedIdAt(random, loggedAt),
      loggedAt,
      level: isLate ? "warn" : "debug",
      component: "feed",
      message: isLate ? `feed ${feed} is late` : `heartbeat of ${feed}`,
      strategyId: null,
      correlationId: null,
      duration: duration(random),
      error: null,
      context: JSON.stringify({ feed, queue: random.whole(50) }),
    };
  });
  return [...fromOrders, ...beats];
}

/** Columns of system_logs. */
export const logColumns: readonly RowColumn<LogRow>[] = [
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "logged_at", type: "timestamptz", of: (row) => BigInt(row.loggedAt) },
  { name: "level", type: "text", of: (row) => row.level },
  { name: "component", type: "text", of: (row) => row.component },
  { name: "message", type: "text", of: (row) => row.message },
  { name: "strategy_id", type: "uuid", of: (row) => row.strategyId },
  { name: "correlation_id", type: "text", of: (row) => row.correlationId },
  { name: "duration_milliseconds", type: "float8", of: (row) => row.duration },
  { name: "error_name", type: "text", of: (row) => row.error },
  {
    name: "context",
    type: "jsonb",
    of: ({ context }) => (context === null ? null : { jsonText: context }),
  },
  { name: "host", type: "text", of: () => "trade-1" },
  { name: "process_id", type: "text", of: () => "4021" },
];
