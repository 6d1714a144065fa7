// What a seeded order asks for: its kind, how long it stays, how much, at which prices. The prices fit what becomes of it: a buy
// that is filled has a limit at or above each of its fills.
import type { OrderSide, OrderType, TimeInForce } from "@app/schema/vocabulary";
import type { Instrument } from "../market/instrument.ts";
import type { RandomStream } from "../random-stream.ts";

const TYPES: readonly (readonly [OrderType, number])[] = [
  ["limit", 0.8],
  ["market", 0.92],
  ["stop", 0.95],
  ["stop_limit", 0.97],
  ["trailing_stop", 0.98],
  ["limit_if_touched", 0.99],
  ["market_if_touched", 1],
];

const TIMES: readonly (readonly [TimeInForce, number])[] = [
  ["day", 0.4],
  ["gtc", 0.72],
  ["ioc", 0.92],
  ["fok", 0.95],
  ["gtd", 1],
];

function drawn<Value>(table: readonly (readonly [Value, number])[], luck: number, otherwise: Value): Value {
  return table.find(([, upTo]) => luck < upTo)?.[0] ?? otherwise;
}

/** @returns the kind of an order; a quoting strategy sends limits */
export function drawType(random: RandomStream, isMaker: boolean): OrderType {
  const luck = random.uniform();
  return isMaker ? "limit" : drawn(TYPES, luck, "limit");
}

/** @returns how long an order of that kind stays; a venue without sessions knows no day */
export function drawTimeInForce(
  random: RandomStream,
  type: OrderType,
  isMaker: boolean,
  hasSessions: boolean,
): TimeInForce {
  const time = drawn(TIMES, random.uniform(), "gtc");
  if (type === "market") return "ioc";
  const needsRest = type !== "limit" || isMaker;
  if (needsRest && (time === "ioc" || time === "fok")) return hasSessions ? "day" : "gtc";
  return time === "day" && !hasSessions ? "gtc" : time;
}

/** @returns lots: usual sizes mostly, multiples of ten lots */
export function drawLots(random: RandomStream, { usualLots }: Instrument): number {
  return usualLots * random.pick([1, 1, 1, 2, 2, 3, 5]);
}

/** Prices of an order, in ticks. */
export interface OrderPrices {
  readonly limitTicks: number | null;
  /** The limit it had before it was replaced. */
  readonly firstLimitTicks: number | null;
  readonly stopTicks: number | null;
  readonly trailingTicks: number | null;
}

/**
 * @param market price of the market as it is sent
 * @param fills prices of its fills
 */
export function pricesOf(
  random: RandomStream,
  type: OrderType,
  side: OrderSide,
  market: number,
  fills: readonly number[],
): OrderPrices {
  // A buy pays up to its limit, a sell takes no less.
  const up = side === "buy" ? 1 : -1;
  const step = Math.max(1, Math.round(market * 0.0004));
  const worst = fills.length === 0 ? undefined : up === 1 ? Math.max(...fills) : Math.min(...fills);
  const limit =
    worst === undefined ? market - up * step * (1 + random.whole(8)) : worst + up * random.whole(3);
  const limitTicks = Math.max(2, limit);
  const stopTicks = Math.max(2, market + up * step * (1 + random.whole(5)));
  const earlier = limitTicks - up * (1 + random.whole(step));
  switch (type) {
    case "market":
      return { limitTicks: null, firstLimitTicks: null, stopTicks: null, trailingTicks: null };
    case "limit":
      return { limitTicks, firstLimitTicks: Math.max(1, earlier), stopTicks: null, trailingTicks: null };
    case "stop":
    case "market_if_touched":
      return { limitTicks: null, firstLimitTicks: null, stopTicks, trailingTicks: null };
    case "stop_limit":
    case "limit_if_touched":
      return { limitTicks, firstLimitTicks: Math.max(1, earlier), stopTicks, trailingTicks: null };
    case "trailing_stop":
    case "trailing_stop_limit":
      return { limitTicks: null, firstLimitTicks: null, stopTicks: null, trailingTicks: step * 5 };
    default:
      return type satisfies never;
  }
}
