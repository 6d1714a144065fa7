// Values for what is asked of strategies, positions, curves and snapshots: a strategy that trades, a curve that grows, and the range a
// report would have.
import type { PositionFact, SnapshotFact } from "./bench-facts.ts";
import type { Draw } from "./draw.ts";
import { type DrawValues, PAGE, type QueryValues, windowBefore } from "./query-values.ts";

const DAY_HOURS = 24;

const utcDay = (moment: Temporal.Instant): Temporal.PlainDate =>
  moment.toZonedDateTimeISO("UTC").toPlainDate();
const startOf = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime("UTC").toInstant();

/** So many days up to a moment, whole ones and with both ends within a day. */
function days(end: Temporal.Instant, count: number): QueryValues {
  const last = utcDay(end);
  const first = last.subtract({ days: count });
  return {
    from: startOf(first).add({ hours: 5 }),
    wholeFrom: startOf(first.add({ days: 1 })),
    wholeTo: startOf(last),
    to: startOf(last).add({ hours: 7 }),
    fromDay: first.toString(),
    toDay: last.toString(),
  };
}

function keysOf({ strategyId, account, exchange, symbol, currency }: PositionFact): QueryValues {
  return {
    id: strategyId,
    strategyId,
    account,
    exchange,
    symbol,
    currency,
    onlyAccount: null,
    limit: PAGE,
    cursorAccount: "",
    cursorExchange: "",
    cursorSymbol: "",
    cursorId: "00000000-0000-0000-0000-000000000000",
    timeframe: "1m",
    markPrice: "101.5",
    marks: JSON.stringify([{ exchange, symbol, price: "101.5" }]),
    equities: JSON.stringify([{ currency, equity: "1000000" }]),
  };
}

const position: DrawValues = (facts, draw) => {
  const drawn = draw.one("positions", facts.positions);
  return { ...keysOf(drawn), from: drawn.lastFillAt.subtract({ hours: 24 * 365 }) };
};

/** A quarter that ends anywhere in the life of the position. */
function report(count: number): DrawValues {
  return (facts, draw) => {
    const drawn = draw.one("positions", facts.positions);
    return { ...keysOf(drawn), ...days(momentOf(drawn, draw), count), resolution: "week" };
  };
}

function momentOf({ firstFillAt, lastFillAt }: PositionFact, draw: Draw): Temporal.Instant {
  const hours = Math.floor(lastFillAt.since(firstFillAt).total("hours"));
  return lastFillAt.subtract({ hours: draw.between(0, Math.floor(hours / 2)) });
}

const REPORT_DAYS = 90;

function curveOf({ id, takenAt, account, strategyId, currency }: SnapshotFact): QueryValues {
  return {
    id,
    ids: [id],
    account,
    strategyId,
    currency,
    ...windowBefore(takenAt, DAY_HOURS),
    bucket: "5 minutes",
    depth: "0",
    limit: PAGE,
  };
}

const snapshot: DrawValues = (facts, draw) => curveOf(draw.one("snapshots", facts.snapshots));

const ofStrategy: DrawValues = (facts, draw) =>
  curveOf(
    draw.one(
      "snapshots of a strategy",
      facts.snapshots.filter(({ strategyId }) => strategyId !== null),
    ),
  );

const strategy: DrawValues = (facts, draw) => {
  const { id, name, kind, symbols, tags, createdAt } = draw.one("strategies", facts.strategies);
  return {
    id,
    strategyId: id,
    name,
    kind,
    symbol: symbols[0] ?? "none",
    tag: tags[0] ?? "none",
    strategyStatuses: ["draft", "active", "paused", "stopped", "archived"],
    cursorTime: createdAt.add({ milliseconds: 1 }),
    cursorId: "ffffffff-ffff-ffff-ffff-ffffffffffff",
    changes: "{}",
    context: '{"seed": 77}',
    limit: PAGE,
  };
};

/** Values for the questions about strategies, positions and portfolios. */
export const strategyValues = {
  "strategy_daily_performance.series_by_strategy": report(REPORT_DAYS),
  "strategy_daily_performance.series_by_account": report(REPORT_DAYS),
  "positions.get": position,
  "positions.list_open_by_account": position,
  "positions.list_open_by_strategy": position,
  "positions.list_open_by_symbol": (facts, draw) => ({
    ...position(facts, draw),
    id: "00000000-0000-0000-0000-000000000000",
  }),
  "positions.value_at_price": position,
  "positions.value_at_last_bar": position,
  "strategies.get": strategy,
  "strategies.get_by_name": strategy,
  "strategies.get_compared": strategy,
  "strategies.list_active": strategy,
  "strategies.list_page": strategy,
  "strategies.list_by_kind": strategy,
  "strategies.find_by_symbol": strategy,
  "strategies.find_by_tag": strategy,
  "strategies.find_by_configuration": strategy,
  "strategies.risk_usage": report(1),
  "strategies.list_position_notionals": position,
  "strategies.performance": report(REPORT_DAYS),
  "strategies.performance_with_ends": report(REPORT_DAYS),
  // Read in pages, within a month at a time, however long the report.
  "strategies.fill_outcomes": (facts, draw) => ({ ...report(30)(facts, draw), limit: 2_500 }),
  "strategies.exposure": ofStrategy,
  "strategy_daily_performance.leaderboard": report(30),
  "portfolio_curves.get": ofStrategy,
  "portfolio_curves.get_of_account": snapshot,
  "portfolio_curves.list": ofStrategy,
  "portfolio_curves.list_of_account": snapshot,
  "portfolio_snapshots.get": snapshot,
  "portfolio_snapshots.get_many": snapshot,
  "portfolio_snapshots.list": ofStrategy,
  "portfolio_snapshots.list_of_account": snapshot,
  "portfolio_snapshots.equity_curve": ofStrategy,
  "portfolio_snapshots.equity_curve_of_account": snapshot,
  "portfolio_snapshots.drawdowns": ofStrategy,
  "portfolio_snapshots.drawdowns_of_account": snapshot,
  "portfolio_snapshots.list_by_strategy": ofStrategy,
  "portfolio_snapshots.list_deep_drawdowns": snapshot,
  "portfolio_snapshots.list_margin_pressure": snapshot,
  "positions.exposure_of_account": position,
  "positions.exposure": position,
  "positions.valuation_of_account": position,
  "positions.valuation": position,
  "strategies.get_limits": strategy,
  "strategies.list_active_ids": (facts, draw) => ({ ...strategy(facts, draw), name: "" }),
  "positions.list_accounts": position,
  "positions.notionals": (facts, draw) => ({ ...position(facts, draw), account: null }),
  "strategy_daily_performance.net_of_day": (facts, draw) => ({ ...report(1)(facts, draw), account: null }),
} as const satisfies Readonly<Record<string, DrawValues>>;
