// A venue that works one order: random commands become what may really happen, in the venue's own order, and the reports it
// sends. The model the state machine is held to: it knows what is true at the venue, and nothing of how reports are applied.
import fc from "fast-check";
import type { OrderStatus } from "@app/schema/vocabulary";
import type { ExecutionReport } from "../execution-report.ts";

/** What somebody wants of the venue; what cannot happen then does not. */
export interface Command {
  readonly kind:
    | "acknowledge"
    | "fill"
    | "request_cancel"
    | "refuse"
    | "cancel"
    | "request_replace"
    | "replace"
    | "suspend"
    | "reinstate"
    | "reject"
    | "expire"
    | "bust"
    | "correct";
  /** How much, in units. */
  readonly quantity: number;
  /** Which of the fills. */
  readonly place: number;
}

/** One report, and what the order is at the venue right after it. */
export interface Step {
  readonly report: ExecutionReport;
  readonly status: OrderStatus;
  readonly quantity: number;
  readonly filled: number;
  readonly limitPrice: number;
}

/** Which commands, how often beside each other. */
const WEIGHTS: readonly (readonly [Command["kind"], number])[] = [
  ["acknowledge", 3],
  ["fill", 6],
  ["request_cancel", 2],
  ["refuse", 3],
  ["cancel", 1],
  ["request_replace", 2],
  ["replace", 4],
  ["suspend", 2],
  ["reinstate", 3],
  ["reject", 1],
  ["expire", 1],
  ["bust", 2],
  ["correct", 2],
];

/** Random commands, of the kinds given. */
export function commands(
  kinds: readonly Command["kind"][],
  maxLength: number,
): fc.Arbitrary<readonly Command[]> {
  const kind = fc.oneof(
    ...WEIGHTS.filter(([name]) => kinds.includes(name)).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name),
    })),
  );
  const command = fc.record({ kind, quantity: fc.integer({ min: 1, max: 12 }), place: fc.nat({ max: 7 }) });
  return fc.array(command, { maxLength });
}

/** Every kind of command. */
export const EVERYTHING = WEIGHTS.map(([kind]) => kind);

interface VenueFill {
  readonly tradeId: string;
  quantity: number;
  price: number;
  isBusted: boolean;
}

/** What an order is sent as, and when. */
export interface Sent {
  readonly orderId: string;
  readonly createdAt: Temporal.Instant;
  readonly quantity: number;
  readonly limitPrice: number;
}

/**
 * What a venue makes of commands, step by step. One request is outstanding at a time (FIX matrix D.2.d), and one that is filled
 * or done takes no further request: where a venue would replace a filled order (C.1.c), this system asks for no replace.
 */
export function workOrder(sent: Sent, given: readonly Command[]): readonly Step[] {
  const steps: Step[] = [];
  const fills: VenueFill[] = [];
  let { quantity, limitPrice } = sent;
  let isAcknowledged = false;
  let isSuspended = false;
  let asked: "pending_cancel" | "pending_replace" | undefined;
  let ended: "canceled" | "expired" | "rejected" | undefined;

  const counting = (): number => fills.reduce((sum, fill) => sum + (fill.isBusted ? 0 : fill.quantity), 0);
  const statusNow = (): OrderStatus => {
    const filled = counting();
    if (filled === quantity) return "filled";
    if (ended !== undefined) return ended;
    if (asked !== undefined) return asked;
    if (isSuspended) return "suspended";
    if (filled > 0) return "partially_filled";
    return isAcknowledged ? "new" : "pending_new";
  };
  const common = () => ({
    order: { orderId: sent.orderId },
    executionId: `${sent.orderId} ${steps.length}`,
    transactTime: sent.createdAt.add({ seconds: steps.length + 1 }),
  });
  const say = (report: ExecutionReport): void => {
    if (statusNow() === "filled") [asked, isSuspended] = [undefined, false];
    steps.push({ report, status: statusNow(), quantity, filled: counting(), limitPrice });
  };
  const terms = (amount: number, price: number) => ({
    quantity: String(amount),
    price: String(price),
    settlementCurrency: "USD",
    source: "test",
  });

  const carryOut = ({ kind, quantity: amount, place }: Command): void => {
    const isWorking = ended === undefined && counting() < quantity;
    const isIdle = isWorking && asked === undefined;
    const counted = fills.filter(({ isBusted }) => !isBusted);
    const fill = counted[place % Math.max(1, counted.length)];
    switch (kind) {
      case "acknowledge":
        if (!isIdle || isAcknowledged || fills.length > 0 || isSuspended) return;
        isAcknowledged = true;
        return say({ ...common(), type: "new" });
      case "fill": {
        // What was executed before the order ended may be told after it.
        if (ended === "rejected" || counting() + amount > quantity) return;
        const tradeId = `${sent.orderId} T${fills.length}`;
        const price = 100 + fills.length;
        isAcknowledged = true;
        fills.push({ tradeId, quantity: amount, price, isBusted: false });
        return say({ ...common(), ...terms(amount, price), type: "fill", exchangeTradeId: tradeId });
      }
      case "request_cancel":
        if (!isIdle) return;
        asked = "pending_cancel";
        return say({ ...common(), type: "pending_cancel" });
      case "request_replace":
        if (!isIdle || !isAcknowledged) return;
        asked = "pending_replace";
        return say({ ...common(), type: "pending_replace" });
      case "refuse": {
        if (!isWorking || asked === undefined) return;
        const type = asked === "pending_cancel" ? "cancel_rejected" : "replace_rejected";
        asked = undefined;
        // A venue that refuses to cancel has the order.
        isAcknowledged = true;
        return say({ ...common(), type, orderStatus: isSuspended ? "suspended" : undefined });
      }
      case "replace": {
        if (!isWorking || asked !== "pending_replace") return;
        asked = undefined;
        isSuspended = false;
        quantity = Math.max(amount, counting(), 1);
        // Now and then the price is one it had before.
        limitPrice = 100 + place;
        return say({
          ...common(),
          type: "replaced",
          quantity: String(quantity),
          limitPrice: String(limitPrice),
        });
      }
      case "suspend":
        if (!isIdle || isSuspended) return;
        isSuspended = true;
        return say({ ...common(), type: "suspended" });
      case "reinstate":
        if (!isIdle || !isSuspended) return;
        isSuspended = false;
        isAcknowledged = true;
        return say({ ...common(), type: "new" });
      case "reject":
        if (!isIdle || isAcknowledged || isSuspended || fills.length > 0) return;
        ended = "rejected";
        return say({ ...common(), type: "rejected" });
      case "cancel":
      case "expire":
        if (!isWorking) return;
        ended = kind === "cancel" ? "canceled" : "expired";
        return say({ ...common(), type: ended });
      case "bust":
        if (fill === undefined) return;
        fill.isBusted = true;
        return say({ ...common(), type: "trade_cancel", exchangeTradeId: fill.tradeId });
      case "correct":
        if (fill === undefined || counting() - fill.quantity + amount > quantity) return;
        [fill.quantity, fill.price] = [amount, fill.price + 1];
        return say({
          ...common(),
          ...terms(amount, fill.price),
          type: "trade_correct",
          exchangeTradeId: fill.tradeId,
        });
      default:
        return kind satisfies never;
    }
  };
  for (const command of given) carryOut(command);
  return steps;
}
