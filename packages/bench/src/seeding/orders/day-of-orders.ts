// The orders of one day: when they are sent, by which strategy, on what, and what becomes of each. Needs the positions at the
// start of the day, since a strategy that holds much sends what brings it back. Accounts nothing.
import type { OrderSide } from "@app/schema/vocabulary";
import type { Instrument, Venue } from "../market/instrument.ts";
import { type DayBars, livelinessOf } from "../market/price-path.ts";
import { DAY_MICROSECONDS, MINUTE_MICROSECONDS, startOfDay } from "../market/trading-session.ts";
import { type RandomStream, randomStream } from "../random-stream.ts";
import type { SeedStrategy } from "../strategies.ts";
import { timeOrderedIdAt } from "../time-ordered-id.ts";
import type { OrderLife } from "./order-life.ts";
import { decideOutcome } from "./order-outcome.ts";
import type { OrderRow } from "./order-rows.ts";
import { type PlannedFill, playOrder } from "./order-script.ts";
import { drawLots, drawTimeInForce, drawType, pricesOf } from "./order-terms.ts";

/** What a day of orders is made of. */
export interface DayOfOrders {
  readonly seed: number;
  readonly day: number;
  readonly date: Temporal.PlainDate;
  readonly orders: number;
  readonly strategies: readonly SeedStrategy[];
  /** Bars of the day; undefined where the venue is closed. */
  readonly barsOf: (instrument: Instrument) => DayBars | undefined;
  /** Lots a strategy holds as the day begins. */
  readonly heldLots: (strategy: SeedStrategy, instrument: Instrument) => number;
  /** Whether orders of this day may still work at the end of the history. */
  readonly mayStillWork: boolean;
}

/** Key of a position. */
export const positionKey = (strategy: SeedStrategy, instrument: Instrument): string =>
  `${strategy.id} ${instrument.symbol}`;

interface Planned {
  readonly strategy: SeedStrategy;
  readonly instrument: Instrument;
  readonly bars: DayBars;
  readonly at: number;
}

/** Draws a minute of a session, more often one at its ends. */
function minuteDrawer(length: number): (luck: number) => number {
  const sums = livelinessOf(length, 1);
  let total = 0;
  for (let minute = 0; minute < length; minute += 1) sums[minute] = total += sums[minute] ?? 0;
  return (luck) => {
    const wanted = luck * total;
    let low = 0;
    let high = length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function planDay({ orders, strategies, barsOf }: DayOfOrders, random: RandomStream): readonly Planned[] {
  const isOpen = (venue: Venue): boolean =>
    strategies.some(({ venue: own, instruments }) => {
      const [first] = instruments;
      return own === venue && first !== undefined && barsOf(first) !== undefined;
    });
  const active = strategies.filter(({ venue }) => isOpen(venue));
  const total = active.reduce((sum, { share }) => sum + share, 0);
  const drawers = new Map<number, (luck: number) => number>();
  const planned: Planned[] = [];
  const count = total > 0 ? orders : 0;
  for (let index = 0; index < count; index += 1) {
    let left = random.uniform() * total;
    const strategy = active.find(({ share }) => (left -= share) < 0) ?? active[0];
    if (strategy === undefined) break;
    // The first instrument of a strategy most.
    const { instruments } = strategy;
    const instrument = instruments[Math.floor(random.uniform() ** 1.6 * instruments.length)];
    const bars = instrument === undefined ? undefined : barsOf(instrument);
    if (instrument === undefined || bars === undefined) continue;
    let draw = drawers.get(bars.length);
    if (draw === undefined) drawers.set(bars.length, (draw = minuteDrawer(bars.length)));
    // The last minutes are left for what follows of the order.
    const minute = Math.min(draw(random.uniform()), bars.length - 5);
    const at = (bars.time[minute] ?? 0) + random.whole(MINUTE_MICROSECONDS);
    planned.push({ strategy, instrument, bars, at });
  }
  return planned.toSorted((one, other) => one.at - other.at);
}

function planFills(
  random: RandomStream,
  { bars }: Planned,
  from: number,
  count: number,
  lots: number,
  isFast: boolean,
): readonly PlannedFill[] {
  const opensAt = bars.time[0] ?? 0;
  const closesAt = opensAt + bars.length * MINUTE_MICROSECONDS;
  const fills: PlannedFill[] = [];
  let at = from;
  let left = lots;
  for (let index = 0; index < count && left > 0; index += 1) {
    const wait = -Math.log(1 - random.uniform()) * (isFast ? 2_000 : 20_000_000);
    at = Math.min(at + 50 + Math.floor(wait), closesAt - 1_000_000 + index * 100);
    const minute = Math.min(bars.length - 1, Math.floor((at - opensAt) / MINUTE_MICROSECONDS));
    const low = bars.low[minute] ?? 1;
    const ticks = low + random.whole((bars.high[minute] ?? low) - low + 1);
    const isLast = index === count - 1;
    const part = isLast ? left : Math.max(1, Math.floor((left / (count - index)) * (0.5 + random.uniform())));
    fills.push({ at, ticks, lots: Math.min(part, left) });
    left -= part;
  }
  return fills;
}

/** A strategy buys when it is short and sells when it is long, the more so the more it holds. */
function drawSide(random: RandomStream, held: number, usualLots: number): OrderSide {
  const pull = Math.max(-0.45, Math.min(0.45, held / (usualLots * 40)));
  return random.chance(0.5 - pull) ? "buy" : "sell";
}

/** @returns the orders of the day in the order they were sent */
export function ordersOfDay(input: DayOfOrders): readonly OrderLife[] {
  const { seed, day, date, heldLots, mayStillWork } = input;
  const random = randomStream(seed, "orders", day);
  const dateText = date.toString().replaceAll("-", "");
  const held = new Map<string, number>();
  const lastOf = new Map<string, string>();
  const endOfDay = startOfDay(date) + DAY_MICROSECONDS;
  return planDay(input, random).map((planned, index) => {
    const { strategy, instrument, bars, at } = planned;
    const key = positionKey(strategy, instrument);
    const position = held.get(key) ?? heldLots(strategy, instrument);
    const side = drawSide(random, position, instrument.usualLots);
    const type = drawType(random, strategy.isMaker);
    const hasSessions = strategy.venue.session !== "always";
    const timeInForce = drawTimeInForce(random, type, strategy.isMaker, hasSessions);
    const outcome = decideOutcome(random, timeInForce, mayStillWork);
    const lots = drawLots(random, instrument);
    const isPartial = outcome.end !== "filled";
    const filledLots = isPartial ? Math.max(1, Math.floor(lots * (0.1 + 0.8 * random.uniform()))) : lots;
    const submittedAt = at + 100 + random.whole(1_500);
    const isFast = timeInForce === "ioc" || timeInForce === "fok";
    const fills = planFills(random, planned, submittedAt + 45_000, outcome.fills, filledLots, isFast);
    const minute = Math.floor((at - (bars.time[0] ?? 0)) / MINUTE_MICROSECONDS);
    const prices = pricesOf(
      random,
      type,
      side,
      bars.close[minute] ?? 2,
      fills.map(({ ticks }) => ticks),
    );
    const isReplaced = outcome.isReplaced && prices.limitTicks !== null;
    const number = String(index + 1).padStart(6, "0");
    const id = timeOrderedIdAt(random, at);
    const isChild = type === "stop" && random.chance(0.5);
    const submitted: OrderRow = {
      id,
      createdAt: at,
      updatedAt: at,
      submittedAt,
      version: 1,
      strategy,
      instrument,
      parentOrderId: isChild ? (lastOf.get(key) ?? null) : null,
      clientOrderId: `c${dateText}-${number}`,
      venueOrderId: null,
      side,
      type,
      timeInForce,
      expiresAt: timeInForce === "gtd" ? Math.max(at + 3_600_000_000, endOfDay - 1) : null,
      status: "pending_new",
      endedAs: null,
      statusReason: null,
      lastExecutionId: null,
      transactTime: null,
      lots,
      filledLots: 0,
      filledCost: 0n,
      limitTicks: isReplaced ? prices.firstLimitTicks : prices.limitTicks,
      stopTicks: prices.stopTicks,
      trailingTicks: prices.trailingTicks,
      postOnly: strategy.isMaker && type === "limit",
    };
    const isMaker = strategy.isMaker || (type === "limit" && !isFast && random.chance(0.4));
    const life = playOrder(
      submitted,
      {
        outcome,
        fills,
        finalLimitTicks: isReplaced ? prices.limitTicks : null,
        closesAt: (bars.time[0] ?? 0) + bars.length * MINUTE_MICROSECONDS,
        venueKey: `v${dateText}-${number}`,
        isMaker,
      },
      random,
    );
    lastOf.set(key, id);
    held.set(key, position + (side === "buy" ? 1 : -1) * life.order.filledLots);
    return life;
  });
}
