import { createHash } from "node:crypto";
import {
  canChangeOrderStatus,
  finalOrderStatuses,
  orderEventTypes,
  orderPriceRules,
  type OrderStatus,
} from "@app/schema/vocabulary";
import { describe, expect, it } from "vitest";
import type { DayBars } from "./market/price-path.ts";
import { MINUTE_MICROSECONDS } from "./market/trading-session.ts";
import type { OrderEventRow } from "./orders/order-rows.ts";
import { createSeedHistory } from "./seed-history.ts";
import { seedProfiles } from "./seed-profile.ts";
import { ordersPerDay, type TradingDay, tradingDays } from "./trading-days.ts";

const END = Temporal.PlainDate.from("2026-11-26");
const history = createSeedHistory(seedProfiles.smoke, 1, END);
const days = [...tradingDays(history)];

function fingerprint(all: Iterable<TradingDay>): string {
  const hash = createHash("sha256");
  for (const day of all) {
    hash.update(
      JSON.stringify(day, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)),
    );
  }
  return hash.digest("hex");
}

describe("the same in every run", () => {
  const trial = (seed: number, end: Temporal.PlainDate): string => {
    const made = createSeedHistory(seedProfiles.trial, seed, end);
    const bars = createHash("sha256");
    for (const path of made.paths.values()) {
      for (let day = 0; day < made.profile.days; day += 1) {
        for (const column of Object.values(path.barsOn(day) ?? {})) {
          bars.update(typeof column === "number" ? String(column) : Buffer.from(column.buffer));
        }
      }
    }
    return `${fingerprint(tradingDays(made))} ${bars.digest("hex")}`;
  };

  it("makes the same rows of the same seed and end date, bit for bit, and others of another", () => {
    const first = trial(7, END);
    expect(trial(7, END)).toBe(first);
    expect(trial(8, END)).not.toBe(first);
    expect(trial(7, END.add({ days: 1 }))).not.toBe(first);
  });

  it("makes the minutes of a day without those of the days before it", () => {
    const [path] = createSeedHistory(seedProfiles.trial, 1, END).paths.values();
    const [other] = createSeedHistory(seedProfiles.trial, 1, END).paths.values();
    for (let day = 0; day < 4; day += 1) other?.barsOn(day);
    expect(path?.barsOn(4)?.close).toEqual(other?.barsOn(4)?.close);
    expect(path?.barsOn(4)?.close.length).toBeGreaterThan(0);
  });
});

describe("the lives of orders", () => {
  const livesOf = ({ events }: TradingDay): readonly (readonly OrderEventRow[])[] => [
    ...Map.groupBy(events, ({ order }) => order.id).values(),
  ];
  const lives = days.flatMap(livesOf);

  it("follows the transition table, counts versions, and moves on in time", () => {
    for (const life of lives) {
      let before: OrderEventRow | undefined;
      for (const [index, event] of life.entries()) {
        const from: OrderStatus | null = before?.order.status ?? null;
        const isAllowed =
          from === null
            ? event.order.status === "pending_new"
            : canChangeOrderStatus(from, event.order.status);
        const isLater = before === undefined || event.order.updatedAt > before.order.updatedAt;
        if (!isAllowed || !isLater || event.fromStatus !== from || event.order.version !== index + 1) {
          expect.fail(
            `${event.type} from ${from} to ${event.order.status} at version ${event.order.version}`,
          );
        }
        before = event;
      }
    }
    expect(lives).toHaveLength(days.reduce((sum, { orders }) => sum + orders.length, 0));
  });

  it("brings every event a venue reports, and every way an order can end, in the shares a desk sees", () => {
    const types = new Set(days.flatMap(({ events }) => events.map(({ type }) => type)));
    expect(orderEventTypes.filter((type) => !types.has(type))).toEqual(["updated"]);
    const orders = days.flatMap((day) => day.orders);
    const share = (status: OrderStatus): number =>
      orders.filter((order) => order.status === status).length / orders.length;
    expect(finalOrderStatuses.map((status) => share(status) > 0.02)).toEqual([true, true, true, true]);
    expect(share("filled")).toBeGreaterThan(0.55);
    expect(share("filled")).toBeLessThan(0.7);
    expect(share("new") + share("partially_filled")).toBeGreaterThan(0);
    const fills = days.reduce((sum, day) => sum + day.fills.length, 0);
    expect(fills / orders.length).toBeGreaterThan(1.8);
    expect(fills / orders.length).toBeLessThan(2.2);
    expect(orders).toHaveLength(25_000);
  });

  it("fills within the limit, within the bar of the minute, and as much as the order says", () => {
    for (const day of days) {
      const bars = new Map<string, DayBars | undefined>(
        [...history.paths.values()].map((path) => [path.instrument.symbol, path.barsOn(day.day)]),
      );
      const filled = new Map<string, number>();
      const last = new Map(day.orders.map((order) => [order.id, order]));
      for (const fill of day.fills) {
        const bar = bars.get(fill.order.instrument.symbol);
        const minute = Math.floor((fill.executedAt - (bar?.time[0] ?? 0)) / MINUTE_MICROSECONDS);
        const limit = last.get(fill.order.id)?.limitTicks ?? null;
        const isWithin =
          fill.ticks >= (bar?.low[minute] ?? Infinity) && fill.ticks <= (bar?.high[minute] ?? 0);
        const isKept =
          limit === null || (fill.order.side === "buy" ? fill.ticks <= limit : fill.ticks >= limit);
        if (!isWithin || !isKept) expect.fail(`Fill ${fill.id} at ${fill.ticks} of ${limit}`);
        if (fill.bustedAt === null) filled.set(fill.order.id, (filled.get(fill.order.id) ?? 0) + fill.lots);
      }
      const wrong = day.orders.filter(({ id, filledLots }) => (filled.get(id) ?? 0) !== filledLots);
      expect(wrong).toEqual([]);
    }
  });

  it("gives an order the prices of its type and no others", () => {
    const wrong = days
      .flatMap(({ orders }) => orders)
      .filter(({ type, limitTicks, stopTicks, trailingTicks }) => {
        const rule = orderPriceRules[type];
        return [
          [rule.limitPrice, limitTicks],
          [rule.stopPrice, stopTicks],
          [rule.trailingOffset, trailingTicks],
        ].some(([field, ticks]) =>
          field === "required" ? ticks === null : field === "forbidden" && ticks !== null,
        );
      });
    expect(wrong).toEqual([]);
  });
});

it("spreads orders over all days, fewer over a weekend, and most over the last days of the deep profile", () => {
  const counts = ordersPerDay(seedProfiles.small, END.subtract({ days: 90 }));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500_000);
  // 28 August 2026 is a Friday.
  expect((counts[1] ?? 0) / (counts[0] ?? 1)).toBeCloseTo(0.4, 2);
  const deep = ordersPerDay(seedProfiles.deep, END.subtract({ days: 2_548 }));
  expect(deep.slice(0, -10).every((count) => count >= 1 && count < 6)).toBe(true);
  expect(deep.slice(-10).reduce((sum, count) => sum + count, 0)).toBe(3_000);
});
