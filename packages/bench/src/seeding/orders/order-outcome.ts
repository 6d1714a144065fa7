// How orders end, and how often. The shares are made up, of the size a desk with quoting and taking strategies sees: more than
// half of the orders are filled, in some parts each, and most of the rest are canceled.
import type { TimeInForce } from "@app/schema/vocabulary";
import type { RandomStream } from "../random-stream.ts";

/** How an order ends, or whether it still works. */
export type OrderEnd = "filled" | "canceled" | "expired" | "rejected" | "working";

/** What becomes of an order. */
export interface OrderOutcome {
  readonly end: OrderEnd;
  /** Executions; of an order that is not filled, of a part of it. */
  readonly fills: number;
  /** Its price is changed once before anything is filled. */
  readonly isReplaced: boolean;
  /** It is suspended for a while, as in a halt. */
  readonly isSuspended: boolean;
  /** A cancel is asked for before the last fill, which comes first. */
  readonly isCancelBeaten: boolean;
  /** A fill is reported after the cancel was confirmed. */
  readonly hasLateFill: boolean;
  /** The last fill is taken back by the venue, and the rest canceled. */
  readonly isBusted: boolean;
}

/** Upper ends of the shares of each end, added up. */
const ENDS: Readonly<Record<TimeInForce, readonly (readonly [OrderEnd, number])[]>> = {
  day: [
    ["filled", 0.62],
    ["canceled", 0.87],
    ["expired", 0.97],
    ["rejected", 1],
  ],
  gtc: [
    ["filled", 0.62],
    ["canceled", 0.97],
    ["rejected", 1],
  ],
  gtd: [
    ["filled", 0.6],
    ["canceled", 0.75],
    ["expired", 0.97],
    ["rejected", 1],
  ],
  ioc: [
    ["filled", 0.68],
    ["canceled", 0.97],
    ["rejected", 1],
  ],
  fok: [
    ["filled", 0.6],
    ["canceled", 0.97],
    ["rejected", 1],
  ],
  at_open: [
    ["filled", 0.9],
    ["canceled", 1],
  ],
  at_close: [
    ["filled", 0.9],
    ["canceled", 1],
  ],
};

/** Most executions of one order. */
const MOST_FILLS = 12;

function fillsOf(random: RandomStream, end: OrderEnd, timeInForce: TimeInForce): number {
  const several = (mean: number): number =>
    1 + Math.min(MOST_FILLS - 1, Math.floor(-Math.log(1 - random.uniform()) * mean));
  if (end === "filled") return several(2.4);
  if (end === "rejected" || timeInForce === "fok") return 0;
  return random.chance(0.3) ? several(1.2) : 0;
}

/** @param mayStillWork whether it is so young that it may not have ended yet */
export function decideOutcome(
  random: RandomStream,
  timeInForce: TimeInForce,
  mayStillWork: boolean,
): OrderOutcome {
  const luck = random.uniform();
  const drawn = ENDS[timeInForce].find(([, upTo]) => luck < upTo)?.[0] ?? "canceled";
  const rests = timeInForce === "day" || timeInForce === "gtc" || timeInForce === "gtd";
  const isLeft = random.chance(0.05);
  const end = drawn === "canceled" && timeInForce === "gtc" && mayStillWork && isLeft ? "working" : drawn;
  const fills = fillsOf(random, end, timeInForce);
  const happens = (probability: number): boolean => random.chance(probability);
  return {
    end,
    fills,
    isReplaced: happens(0.12) && rests && end !== "rejected",
    isSuspended: happens(0.003) && rests && end !== "rejected",
    isCancelBeaten: happens(0.03) && rests && end === "filled",
    hasLateFill: happens(0.006) && rests && end === "canceled",
    isBusted: happens(0.0008) && rests && end === "filled" && fills > 1,
  };
}
