// An order without a database: reports are decided on by the code under test (order-state.ts), and what the tables would keep
// of them (fills, events) is kept in lists. For tests that run thousands of sequences.
// Held against a real server by order-state.pg.test.ts, which gives both the same reports.
import { ConflictError, NotFoundError, parseDecimal } from "@app/database";
import type { OrderStatus } from "@app/schema/vocabulary";
import { decimalOf, exact, ZERO } from "../../amounts/exact-decimal.ts";
import { createId } from "../../identity/time-ordered-id.ts";
import {
  checkReport,
  type CheckedReport,
  type ExecutionReport,
  type ReportResult,
} from "../execution-report.ts";
import {
  decideFills,
  decideState,
  type Decision,
  type FillSums,
  type OrderChange,
  type Standing,
  stepsOf,
} from "../order-state.ts";
import type { Order } from "../order.ts";

const CREATED_AT = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** A limit order to buy `quantity` at 100, just submitted. */
export function newOrderInMemory(quantity: string): Order {
  return {
    id: createId(CREATED_AT),
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    version: 1,
    account: "main",
    strategyId: null,
    parentOrderId: null,
    exchange: "XTEST",
    symbol: "BTC-USD",
    clientOrderId: "client",
    venueOrderId: null,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    expiresAt: null,
    status: "pending_new",
    endedAs: null,
    statusReason: null,
    lastExecutionId: null,
    transactTime: null,
    quantity: parseDecimal(quantity),
    filledQuantity: parseDecimal("0"),
    remainingQuantity: parseDecimal(quantity),
    averageFillPrice: null,
    limitPrice: parseDecimal("100"),
    stopPrice: null,
    trailingOffset: null,
    displayQuantity: null,
    minimumQuantity: null,
    reduceOnly: false,
    postOnly: false,
    submittedAt: null,
    source: "test",
    venueMic: null,
    instrumentIsin: null,
    clientId: null,
    investmentDecisionAlgorithmId: null,
    executionAlgorithmId: null,
    decisionMakerId: null,
    nonExecutingBrokerId: null,
    tradingCapacity: null,
    shortSellingIndicator: null,
    directElectronicAccess: null,
    liquidityProvision: null,
    selfExecutionPrevention: null,
    retainUntil: null,
  };
}

interface Fill {
  readonly tradeId: string;
  readonly quantity: string;
  readonly price: string;
  bustedAt: Temporal.Instant | null;
}

interface Event {
  readonly executionId: string | null;
  readonly transactTime: Temporal.Instant | null;
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  /** Whether it says a state that a later report of one outdates. */
  readonly isState: boolean;
  readonly isReplace: boolean;
  readonly hasNewQuantity: boolean;
}

/** An order that reports are applied to. */
export interface OrderInMemory {
  readonly order: Order;
  /** @throws as applyExecutionReport, and then nothing has changed */
  apply(report: ExecutionReport): ReportResult["outcome"];
}

const STATES: ReadonlySet<OrderStatus> = new Set(["new", "suspended", "pending_cancel", "pending_replace"]);
const compare = (one: Temporal.Instant, other: Temporal.Instant): number =>
  Temporal.Instant.compare(one, other);
const latest = (times: readonly (Temporal.Instant | null)[]): Temporal.Instant | null =>
  times
    .filter((time) => time !== null)
    .toSorted(compare)
    .at(-1) ?? null;

/** @returns the order, and what keeps its history */
export function keepInMemory(submitted: Order): OrderInMemory {
  let order = submitted;
  let fills: readonly Fill[] = [];
  const events: Event[] = [];

  const sums = (given: readonly Fill[]): FillSums => {
    const counting = given.filter(({ bustedAt }) => bustedAt === null);
    const filled = counting.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
    const cost = counting.reduce((sum, { quantity, price }) => sum.plus(exact(quantity).times(price)), ZERO);
    return {
      filledQuantity: decimalOf(filled),
      averageFillPrice: filled.eq(0) ? null : decimalOf(cost.div(filled)),
    };
  };

  const standing = (executionId: string): Standing => ({
    isReported: events.some((event) => event.executionId === executionId),
    replacedAt: latest(events.filter(({ isReplace }) => isReplace).map(({ transactTime }) => transactTime)),
    quantityAt: latest(
      events.filter(({ hasNewQuantity }) => hasNewQuantity).map(({ transactTime }) => transactTime),
    ),
    stateReportedAt: latest(events.filter(({ isState }) => isState).map(({ transactTime }) => transactTime)),
    beforeLastFill: events.findLast(({ from, to }) => to === "filled" && from !== "filled")?.from ?? null,
  });

  /** The fills after a report on them, as trades keep them; undefined where there is nothing to change. */
  const changedFills = (report: ExecutionReport, { transactTime }: CheckedReport): FillChange => {
    if (report.type === "fill") {
      const tradeId = report.exchangeTradeId ?? report.executionId;
      const { quantity, price } = report;
      const known = fills.find((fill) => fill.tradeId === tradeId);
      if (known === undefined) {
        return { fills: [...fills, { tradeId, quantity, price, bustedAt: null }], isStale: false };
      }
      if (known.quantity !== quantity || known.price !== price) throw new ConflictError("Other contents.");
      return { fills, isStale: false };
    }
    if (report.type !== "trade_cancel" && report.type !== "trade_correct") return { fills, isStale: false };
    const named = fills.filter(({ tradeId }) => tradeId === report.exchangeTradeId);
    const newest = named.at(-1);
    if (newest === undefined) throw new NotFoundError("No such fill.");
    const isSaidBefore = named.some(({ bustedAt }) => bustedAt?.equals(transactTime) === true);
    const isStale =
      !isSaidBefore && named.some(({ bustedAt }) => bustedAt !== null && compare(bustedAt, transactTime) > 0);
    if (isSaidBefore || isStale) return { fills, isStale };
    if (report.type === "trade_cancel" && newest.bustedAt !== null) return { fills, isStale };
    const busted = fills.map((fill) => (fill === newest ? { ...fill, bustedAt: transactTime } : fill));
    if (report.type === "trade_cancel") return { fills: busted, isStale };
    const { quantity, price } = report;
    return { fills: [...busted, { tradeId: newest.tradeId, quantity, price, bustedAt: null }], isStale };
  };

  const write = (change: OrderChange, outcome: Decision["outcome"], report: CheckedReport): void => {
    const isApplied = outcome === "applied";
    const transactTime = isApplied ? report.transactTime : order.transactTime;
    const executionId = isApplied ? report.executionId : order.lastExecutionId;
    const hasNewTerms = (["quantity", "limitPrice", "stopPrice", "trailingOffset"] as const).some(
      (field) => order[field] !== change[field],
    );
    const isFill =
      order.filledQuantity !== change.filledQuantity || order.averageFillPrice !== change.averageFillPrice;
    // A replace that leaves everything as it is: of no other report that does is it kept that it was applied.
    const isNothingElse =
      isApplied &&
      !isFill &&
      (["status", "endedAs", "venueOrderId"] as const).every((field) => order[field] === change[field]);
    events.push({
      executionId,
      transactTime,
      from: order.status,
      to: change.status,
      isReplace: (hasNewTerms && !isFill) || isNothingElse || order.clientOrderId !== change.clientOrderId,
      hasNewQuantity: order.quantity !== change.quantity,
      isState:
        !isFill &&
        (hasNewTerms || isNothingElse || (order.status !== change.status && STATES.has(change.status))),
    });
    order = {
      ...order,
      ...change,
      remainingQuantity: decimalOf(exact(change.quantity).minus(change.filledQuantity)),
      version: order.version + 1,
      lastExecutionId: executionId,
      transactTime,
    };
  };

  return {
    get order() {
      return order;
    },
    apply(report) {
      const checked = checkReport(report);
      const isAboutFills = ["fill", "trade_cancel", "trade_correct"].includes(report.type);
      const { fills: after, isStale } = changedFills(report, checked);
      const decision = isAboutFills
        ? decideFills(order, checked, sums(after), standing(checked.executionId))
        : decideState(order, checked, standing(checked.executionId));
      for (const change of stepsOf(order, checked, decision)) write(change, decision.outcome, checked);
      fills = after;
      return isStale && decision.outcome === "duplicate" ? "stale" : decision.outcome;
    },
  };
}

interface FillChange {
  readonly fills: readonly Fill[];
  readonly isStale: boolean;
}
