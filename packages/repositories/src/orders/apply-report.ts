// Applies execution reports: records, busts or corrects the fill a report is about, then brings the order to what its fills
// and the report make of it, in one transaction. Invariant: what is filled is the sum of the recorded fills that count, so
// reports that come twice, late or out of order end in one state, and fills recorded by another way are counted too.
import { NotFoundError, RetryableError, type Transaction } from "@app/database";
import { code } from "../input/text-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Scope, transactionScope } from "../statements/scope.ts";
import { recordFills } from "../trades/record-fills.ts";
import type { FillTerms, NewFill, Trade } from "../trades/trade.ts";
import { bustTrade, correctTrade } from "../trades/bust-trade.ts";
import { findTrade } from "../trades/find-trade.ts";
import { changeOrder } from "./change-order.ts";
import {
  type CheckedReport,
  checkReport,
  type ExecutionReport,
  type FillReport,
  type ReportResult,
  type TradeCancelReport,
  type TradeCorrectReport,
} from "./execution-report.ts";
import { getOrder, getReferenced } from "./find-order.ts";
import type { Order } from "./order.ts";
import { decideFills, decideState, type FillSums, type Standing } from "./order-state.ts";

/** Looks at an order that other sessions change meanwhile; one of two always gets through. */
const MOST_LOOKS = 20;

/** A report on fills, or undefined for one of state. */
function fillReport(
  report: ExecutionReport,
): FillReport | TradeCancelReport | TradeCorrectReport | undefined {
  return report.type === "fill" || report.type === "trade_cancel" || report.type === "trade_correct"
    ? report
    : undefined;
}

function termsOf(report: FillReport | TradeCorrectReport, order: Order): FillTerms {
  return {
    quantity: report.quantity,
    price: report.price,
    contractMultiplier: report.contractMultiplier,
    settlementCurrency: report.settlementCurrency,
    fee: report.fee,
    feeCurrency: report.feeCurrency,
    liquidity: report.liquidity,
    source: report.source,
    rawPayload: report.rawPayload,
    venueMic: report.venueMic,
    instrumentIsin: report.instrumentIsin,
    venueTransactionId: report.venueTransactionId,
    tradingCapacity: report.tradingCapacity,
    investmentDecisionAlgorithmId: report.investmentDecisionAlgorithmId,
    executionAlgorithmId: report.executionAlgorithmId,
    decisionMakerId: report.decisionMakerId,
    strategyId: order.strategyId,
    orderId: order.id,
  };
}

function fillOf(report: FillReport, order: Order): NewFill {
  return {
    ...termsOf(report, order),
    exchange: report.exchange ?? order.exchange,
    account: order.account,
    symbol: order.symbol,
    side: order.side,
    exchangeTradeId: report.exchangeTradeId ?? report.executionId,
    executedAt: report.transactTime,
  };
}

async function readStanding(transaction: Transaction, order: Order, executionId: string): Promise<Standing> {
  const { rows } = await transaction.query<Standing>(
    catalogued("order_events.standing", { orderId: order.id, executionId }),
  );
  return rows[0] ?? { isReported: null, replacedAt: null, stateReportedAt: null, beforeLastFill: null };
}

async function readSums(transaction: Transaction, order: Order): Promise<FillSums> {
  const { rows } = await transaction.query<FillSums>(
    catalogued("orders.filled_by_trades", { orderId: order.id }),
  );
  return rows[0] ?? { filledQuantity: order.filledQuantity, averageFillPrice: order.averageFillPrice };
}

/** Does what a report says to the fills of its order. @returns the fill it is about */
async function changeFills(
  transaction: Transaction,
  order: Order,
  report: FillReport | TradeCancelReport | TradeCorrectReport,
  checked: CheckedReport,
): Promise<Trade | undefined> {
  if (report.type === "fill") {
    const [trade] = await recordFills(transaction, [fillOf(report, order)]);
    return trade;
  }
  const exchangeTradeId = code("exchangeTradeId", report.exchangeTradeId, 200);
  const { rows } = await transaction.query<RecordedFill>(
    catalogued("orders.find_fill", { orderId: order.id, exchangeTradeId }),
  );
  const [fill, before] = rows;
  if (fill === undefined) {
    throw new NotFoundError(
      `No fill ${exchangeTradeId} of order ${order.id} is recorded. Where its report is still to come, give this one again then.`,
      { table: "trades", field: "exchangeTradeId" },
    );
  }
  if (report.type === "trade_correct") {
    // Said again, it is about the same fill as the first time, not about what stands in its place since.
    const isSaidAgain = before?.bustedAt?.equals(checked.transactTime) === true;
    const wrong = isSaidAgain ? before : fill;
    const correction = { ...termsOf(report, order), bustedAt: checked.transactTime, reason: checked.reason };
    return (await correctTrade(transactionScope(transaction), wrong.id, correction)).replacement;
  }
  // Taken back already, by whichever report came first.
  if (fill.bustedAt !== null) return findTrade(transaction, fill.id);
  const bust = { bustedAt: checked.transactTime, reason: checked.reason };
  return bustTrade(transactionScope(transaction), fill.id, bust);
}

interface RecordedFill {
  readonly id: string;
  readonly bustedAt: Temporal.Instant | null;
}

/** Brings an order to what a report makes of it, however often others change it meanwhile. */
async function bringForward(
  transaction: Transaction,
  found: Order,
  checked: CheckedReport,
  isAboutFills: boolean,
): Promise<Omit<ReportResult, "trade">> {
  let order = found;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    const standing = await readStanding(transaction, order, checked.executionId);
    const { change, outcome } = isAboutFills
      ? decideFills(order, checked, await readSums(transaction, order), standing)
      : decideState(order, checked, standing);
    if (change === undefined) return { order, outcome };
    // One that only taught a name is not the last report applied.
    const { executionId, transactTime } =
      outcome === "applied"
        ? checked
        : { executionId: order.lastExecutionId, transactTime: order.transactTime };
    const changed = await changeOrder(transaction, order, change, checked.transactTime, {
      executionId,
      transactTime,
    });
    if (changed !== undefined) return { order: changed, outcome };
    order = await getOrder(transaction, order.id);
  }
  throw new RetryableError(
    `Order ${found.id} was changed by others each of ${MOST_LOOKS} times it was read.`,
    {
      isRetryable: true,
      table: "orders",
    },
  );
}

/**
 * Applies a report to its order.
 * @throws {NotFoundError} no such order, or no such fill to take back
 * @throws {InvalidInputError} naming the field
 * @throws {ConflictError} a fill that is recorded with other contents, of a rejected order, or beyond the order's quantity
 */
export async function applyExecutionReport(scope: Scope, report: ExecutionReport): Promise<ReportResult> {
  const checked = checkReport(report);
  const aboutFills = fillReport(report);
  return scope.atomically(
    async (transaction) => {
      const order = await getReferenced(transaction, report.order);
      const trade =
        aboutFills === undefined ? undefined : await changeFills(transaction, order, aboutFills, checked);
      const result = await bringForward(transaction, order, checked, aboutFills !== undefined);
      return { ...result, trade };
    },
    { idempotent: true },
  );
}
