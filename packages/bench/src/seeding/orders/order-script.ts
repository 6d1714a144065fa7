// Plays one order's outcome through its life: acknowledged, perhaps replaced or suspended, filled in parts, ended. When things
// happen, not how often (order-outcome.ts). Invariant: fills lie within the session of the day the order is made on.
import type { RandomStream } from "../random-stream.ts";
import { createOrderLife, type OrderLife } from "./order-life.ts";
import type { OrderOutcome } from "./order-outcome.ts";
import type { OrderRow } from "./order-rows.ts";

const MILLISECOND = 1_000;
const SECOND = 1_000_000;

/** One planned execution. */
export interface PlannedFill {
  readonly at: number;
  readonly ticks: number;
  readonly lots: number;
}

/** What a script goes by. */
export interface OrderScript {
  readonly outcome: OrderOutcome;
  readonly fills: readonly PlannedFill[];
  /** The price it is replaced to. */
  readonly finalLimitTicks: number | null;
  /** End of the session, microseconds since 1970. */
  readonly closesAt: number;
  /** Starts every id the venue gives to it. */
  readonly venueKey: string;
  readonly isMaker: boolean;
}

const REJECTIONS = ["price outside of band", "not enough buying power", "instrument halted"] as const;

/** @returns the order with everything that happened to it */
export function playOrder(submitted: OrderRow, script: OrderScript, random: RandomStream): OrderLife {
  const { outcome, fills, finalLimitTicks, closesAt, venueKey, isMaker } = script;
  const life = createOrderLife(submitted, random);
  let reports = 0;
  const execution = (): string => `${venueKey}-${(reports += 1)}`;
  let at = submitted.submittedAt + MILLISECOND + random.whole(20 * MILLISECOND);
  const later = (most: number): number => (at += 1 + random.whole(most));

  if (outcome.end === "rejected") {
    life.report(at, execution(), { status: "rejected", statusReason: random.pick(REJECTIONS) });
    return life;
  }
  life.report(at, execution(), { status: "new", venueOrderId: venueKey });
  const firstFill = fills[0]?.at ?? closesAt;
  // What happens before the first fill fits in before it.
  const room = Math.max(4, Math.floor((firstFill - at) / 8));
  if (outcome.isSuspended) {
    life.report(later(room), execution(), { status: "suspended", statusReason: "halted" });
    life.report(later(room), execution(), { status: "new" });
  }
  if (outcome.isReplaced && finalLimitTicks !== null && finalLimitTicks !== submitted.limitTicks) {
    life.report(later(room), execution(), { status: "pending_replace" });
    life.report(later(room), execution(), {
      status: "new",
      limitTicks: finalLimitTicks,
      clientOrderId: `${submitted.clientOrderId}.r1`,
    });
  }
  for (const [index, fill] of fills.entries()) {
    at = Math.max(at + 1, fill.at);
    const isLast = index === fills.length - 1;
    if (isLast && outcome.isCancelBeaten) {
      life.report(at, execution(), { status: "pending_cancel" });
      at += 200;
    }
    if (isLast && outcome.hasLateFill) {
      life.report(at, execution(), { status: "pending_cancel" });
      life.report((at += 300), execution(), {
        status: "canceled",
        endedAs: "canceled",
        statusReason: "canceled by strategy",
      });
      at += 200;
    }
    life.fill(at, execution(), {
      lots: fill.lots,
      ticks: fill.ticks,
      isMaker,
      exchangeTradeId: `${venueKey}.${index + 1}`,
    });
  }
  if (outcome.isBusted) {
    life.bustLastFill((at += 90 * SECOND), execution(), "clearly erroneous price");
  }
  endOrder(life, script, random, at, execution);
  return life;
}

function endOrder(
  life: OrderLife,
  { outcome, closesAt }: OrderScript,
  random: RandomStream,
  lastAt: number,
  execution: () => string,
): void {
  const { timeInForce, status, expiresAt } = life.order;
  if (status === "canceled" || outcome.end === "working") return;
  if (outcome.end === "expired") {
    const at = Math.max(lastAt + 1, expiresAt ?? closesAt);
    life.report(at, execution(), { status: "expired", endedAs: "expired", statusReason: "time in force" });
    return;
  }
  if (outcome.end === "filled" && !outcome.isBusted) return;
  if (timeInForce === "ioc" || timeInForce === "fok") {
    // The venue itself cancels what it could not execute at once.
    const reason = "nothing left to execute against";
    life.report(lastAt + 5 * MILLISECOND, execution(), {
      status: "canceled",
      endedAs: "canceled",
      statusReason: reason,
    });
    return;
  }
  const patience = -Math.log(1 - random.uniform()) * 180 * SECOND;
  const askedAt = lastAt + MILLISECOND + Math.floor(patience);
  life.report(askedAt, execution(), { status: "pending_cancel" });
  life.report(askedAt + MILLISECOND + random.whole(20 * MILLISECOND), execution(), {
    status: "canceled",
    endedAs: "canceled",
    statusReason: "canceled by strategy",
  });
}
