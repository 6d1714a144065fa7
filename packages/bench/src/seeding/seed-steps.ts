// The steps of a seeding, in their order: strategies, bars instrument by instrument, trading day by day. Two connections work at
// once where steps do not wait for each other.
import type { DirectConnection } from "@app/database";
import { copyRows } from "./copy-rows.ts";
import { IN_DAILY_CHUNKS } from "./daily-chunks.ts";
import { logColumns } from "./log-lines.ts";
import { barSeriesOf, minutesWithBars } from "./market/bar-series.ts";
import { copyBars } from "./market/copy-bars.ts";
import type { PricePath } from "./market/price-path.ts";
import { sessionOn } from "./market/trading-session.ts";
import { fillColumns, orderColumns, orderEventColumns } from "./orders/order-rows.ts";
import { snapshotColumns } from "./portfolio.ts";
import type { SeedHistory } from "./seed-history.ts";
import type { RowCounts } from "./seed-mark.ts";
import type { SeedStep } from "./seed-step.ts";
import { insertStrategies } from "./strategies.ts";
import type { TradingDay } from "./trading-days.ts";

/** Rows an order brings: itself, five events, two fills. */
export const ROWS_OF_ORDER = 8;

/** As many chunks as there are days, in a profile that is about them. */
export const dailyChunks: SeedStep = {
  name: "daily chunks",
  weight: 1,
  mode: "transaction",
  async run(connection) {
    await connection.query(IN_DAILY_CHUNKS);
    return {};
  },
};

/** The strategies, with the triggers on: their creation is audited. */
export function strategiesStep({ strategies }: SeedHistory): SeedStep {
  return {
    name: "strategies",
    weight: strategies.length,
    mode: "transaction",
    run: async (connection) => {
      const inserted = await insertStrategies(connection, strategies);
      return { strategies: inserted, audit_log: inserted };
    },
  };
}

/** One step for the bars of each instrument. */
export function barSteps(history: SeedHistory): readonly SeedStep[] {
  const { profile, firstDay, paths } = history;
  return [...paths.values()].map((path) => barStep(path, history, barsOf(path)));

  function barsOf({ instrument }: PricePath): number {
    let bars = 0;
    for (let day = 0; day < profile.days; day += 1) {
      const session = sessionOn(instrument.venue, firstDay.add({ days: day }));
      if (session !== undefined) bars += 1 + minutesWithBars(profile, day, session.minutes);
    }
    return bars;
  }
}

function barStep(path: PricePath, { profile, firstDay }: SeedHistory, weight: number): SeedStep {
  const { venue, symbol } = path.instrument;
  return {
    name: `bars ${venue.exchange} ${symbol}`,
    weight,
    mode: "rows",
    async run(connection) {
      let bars = 0;
      const all = barSeriesOf(path, profile, firstDay);
      for (const series of all)
        bars += await copyBars(connection, { exchange: venue.exchange, symbol }, series);
      return { market_data: bars, market_series: all.length };
    },
  };
}

/** What a day is stored as: tables that no other part of it writes. */
const dayParts = ["orders", "fills"] as const;

const nameOf = (day: number, part: (typeof dayParts)[number]): string =>
  `day ${String(day).padStart(4, "0")} ${part}`;

/** Names of the steps of a day. */
export const dayStepNames = (day: number): readonly string[] => dayParts.map((part) => nameOf(day, part));

/** The tables of each part of a day. */
const storeDay = {
  async orders(connection: DirectConnection, { orders, events }: TradingDay): Promise<RowCounts> {
    return {
      orders: await copyRows(connection, "orders", orderColumns, orders),
      order_events: await copyRows(connection, "order_events", orderEventColumns, events),
    };
  },
  async fills(connection: DirectConnection, { fills, snapshots, logs }: TradingDay): Promise<RowCounts> {
    return {
      trades: await copyRows(connection, "trades", fillColumns, fills),
      portfolio_snapshots: await copyRows(connection, "portfolio_snapshots", snapshotColumns, snapshots),
      system_logs: await copyRows(connection, "system_logs", logColumns, logs),
    };
  },
};

/**
 * The steps that store a day of trading. There are two, because a transaction that made a chunk keeps every other from making one of the
 * same table until its end: a connection that stored a whole day would wait for the one before it.
 */
export function dayStepsOf(rows: TradingDay): readonly SeedStep[] {
  return dayParts.map((part) => ({
    name: nameOf(rows.day, part),
    weight: (rows.orders.length * ROWS_OF_ORDER) / dayParts.length,
    mode: "rows",
    run: async (connection) => storeDay[part](connection, rows),
  }));
}
