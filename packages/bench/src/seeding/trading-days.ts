// Days of trading, one after the other: orders with their events, fills with their accounting, snapshots and log lines. Makes
// rows; stores none. Invariant: a day follows from the days before it, so they are made in order, each once; made again from the
// first day on they are the same.
import { createLedger } from "./accounting/ledger.ts";
import type { SeedHistory } from "./seed-history.ts";
import { type LogRow, logLinesOfHour } from "./log-lines.ts";
import type { Instrument } from "./market/instrument.ts";
import type { DayBars } from "./market/price-path.ts";
import { DAY_MICROSECONDS, MINUTE_MICROSECONDS, startOfDay } from "./market/trading-session.ts";
import { ordersOfDay } from "./orders/day-of-orders.ts";
import type { AccountedFill, FillRow, OrderEventRow, OrderRow } from "./orders/order-rows.ts";
import { createSnapshotTaker, type SnapshotRow } from "./portfolio.ts";
import { randomStream } from "./random-stream.ts";
import type { SeedProfile } from "./seed-profile.ts";

/** Rows of one day. */
export interface TradingDay {
  readonly day: number;
  readonly orders: readonly OrderRow[];
  readonly events: readonly OrderEventRow[];
  readonly fills: readonly AccountedFill[];
  readonly snapshots: readonly SnapshotRow[];
  readonly logs: readonly LogRow[];
}

const HOUR_MICROSECONDS = 3_600_000_000;
const HOURS_OF_DAY = 24;

/** Days before the end on which an order may have been sent that works still. */
const MAY_STILL_WORK_DAYS = 30;

/** A weekend has fewer orders: one exchange is closed. */
const WEEKEND_WEIGHT = 0.4;

/** @returns how many orders each day has; they add up to what the profile says */
export function ordersPerDay(
  { days, orders, recent }: SeedProfile,
  firstDay: Temporal.PlainDate,
): readonly number[] {
  const weights = Array.from({ length: days }, (_, day) =>
    firstDay.add({ days: day }).dayOfWeek > 5 ? WEEKEND_WEIGHT : 1,
  );
  const spread = (from: number, to: number, count: number): readonly number[] => {
    const part = weights.slice(from, to);
    const total = part.reduce((all, weight) => all + weight, 0);
    let sum = 0;
    let given = 0;
    // By what is given in all, so that nothing is lost or gained by rounding.
    return part.map((weight) => {
      sum += weight;
      const before = given;
      given = Math.round((count * sum) / total);
      return given - before;
    });
  };
  if (recent === undefined) return spread(0, days, orders);
  const turn = days - recent.days;
  return [...spread(0, turn, orders - recent.orders), ...spread(turn, days, recent.orders)];
}

const byAccounting = (one: FillRow, other: FillRow): number =>
  one.executedAt - other.executedAt || (one.id < other.id ? -1 : 1);

/** The days of trading, from the first on. */
export function* tradingDays(history: SeedHistory): Generator<TradingDay, void, undefined> {
  const { profile, seed, firstDay, strategies, paths } = history;
  const ledger = createLedger(strategies);
  const snapshotTaker = createSnapshotTaker(ledger, strategies);
  const counts = ordersPerDay(profile, firstDay);
  const lastClose = new Map<Instrument, number>();
  const endsAt = startOfDay(firstDay.add({ days: profile.days }));
  const snapshotsFrom = endsAt - profile.snapshots.hours * HOUR_MICROSECONDS;
  const logsFrom = endsAt - profile.logs.hours * HOUR_MICROSECONDS;

  for (let day = 0; day < profile.days; day += 1) {
    const date = firstDay.add({ days: day });
    const dayStarts = startOfDay(date);
    const known = new Map<Instrument, DayBars | undefined>();
    const barsOf = (instrument: Instrument): DayBars | undefined => {
      if (!known.has(instrument)) known.set(instrument, paths.get(instrument)?.barsOn(day));
      return known.get(instrument);
    };
    const lives = ordersOfDay({
      seed,
      day,
      date,
      orders: counts[day] ?? 0,
      strategies,
      barsOf,
      heldLots: (strategy, instrument) => ledger.heldLots(strategy, instrument),
      mayStillWork: day >= profile.days - MAY_STILL_WORK_DAYS,
    });
    const fills = lives.flatMap((life) => life.fills).toSorted(byAccounting);

    // Fills and snapshots take turns, so that a snapshot is of its minute.
    const random = randomStream(seed, "snapshots", day);
    const snapshots: SnapshotRow[] = [];
    const accounted: AccountedFill[] = [];
    const step = profile.snapshots.everyMinutes * MINUTE_MICROSECONDS;
    let next = Math.max(dayStarts, snapshotsFrom);
    const priceAt =
      (at: number) =>
      (instrument: Instrument): number => {
        const bars = barsOf(instrument);
        const minute = bars === undefined ? -1 : Math.floor((at - (bars.time[0] ?? 0)) / MINUTE_MICROSECONDS);
        const close = minute < 0 ? undefined : bars?.close[Math.min(minute, bars.length - 1)];
        return close ?? lastClose.get(instrument) ?? bars?.open[0] ?? 1;
      };
    const snapshotsUntil = (until: number): void => {
      for (; next < until; next += step) snapshots.push(...snapshotTaker.take(next, random, priceAt(next)));
    };
    for (const fill of fills) {
      snapshotsUntil(fill.executedAt);
      accounted.push(ledger.take(fill));
    }
    snapshotsUntil(dayStarts + DAY_MICROSECONDS);
    for (const strategy of strategies) {
      for (const instrument of strategy.instruments) {
        const close = known.get(instrument)?.close.at(-1);
        if (close !== undefined) lastClose.set(instrument, close);
      }
    }

    const orders = lives.map((life) => life.order);
    yield {
      day,
      orders,
      events: lives.flatMap((life) => life.events),
      fills: accounted,
      snapshots,
      logs: Array.from({ length: HOURS_OF_DAY }, (_, hour) => {
        const from = dayStarts + hour * HOUR_MICROSECONDS;
        if (from < logsFrom) return [];
        const sent = orders.filter(
          ({ createdAt }) => createdAt >= from && createdAt < from + HOUR_MICROSECONDS,
        );
        return logLinesOfHour(randomStream(seed, "logs", day, hour), from, profile.logs.linesPerHour, sent);
      }).flat(),
    };
  }
}
