// Applies execution reports: records, busts or corrects the fill a report is about, then brings the order to what its fills
// and the report make of it, in one transaction. Invariant: what is filled is the sum of the recorded fills that count, so
// reports that come twice, late or out of order end in one state, and fills recorded by another way are counted too.
import { ConflictError, NotFoundError, type Transaction } from "@app/database";
import { moment } from "../input/instant-field.ts";
import { checkTerms } from "../trades/checked-fill.ts";
import { optional } from "../input/optional.ts";
import { refusalBecause } from "../input/refuse.ts";
import { code, namedCode } from "../input/text-field.ts";
import { lateFillValues } from "./fill-span.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Scope, transactionScope } from "../statements/scope.ts";
import { recordFills } from "../trades/record-fills.ts";
import type { FillTerms, NewFill, Trade } from "../trades/trade.ts";
import { bustTrade, correctTrade } from "../trades/bust-trade.ts";
import { findTrade } from "../trades/find-trade.ts";
import { bringForward, MOST_LOOKS } from "./bring-forward.ts";
import {
  type CheckedReport,
  checkReport,
  type ExecutionReport,
  type FillReport,
  type ReportResult,
  type TradeCancelReport,
  type TradeCorrectReport,
} from "./execution-report.ts";
import { getReferenced } from "./find-order.ts";
import type { Order } from "./order.ts";
import { checkReference } from "./order-reference.ts";

/** Fills and corrections of one name that are looked through; where an order has more, no report says which is meant. */
const MOST_NAMESAKES = 1_000;

/** A report on fills, or undefined for one of state. */
function fillReport(
  report: ExecutionReport,
): FillReport | TradeCancelReport | TradeCorrectReport | undefined {
  return report.type === "fill" || report.type === "trade_cancel" || report.type === "trade_correct"
    ? report
    : undefined;
}

/** What of a fill can be checked before its order is read. @throws {InvalidInputError} naming the field */
function checkFillFields(report: FillReport | TradeCancelReport | TradeCorrectReport): void {
  if (report.type === "fill") {
    optional(report.exchangeTradeId, (value) => namedCode("exchangeTradeId", value));
    optional(report.exchange, (value) => namedCode("exchange", value));
  } else {
    namedCode("exchangeTradeId", report.exchangeTradeId);
    optional(report.executedAt, (value) => moment("executedAt", value));
  }
  if (report.type !== "trade_cancel") checkTerms(report);
}

/** None may be forgotten, though most may be undefined. */
type EveryTerm = { readonly [Term in keyof FillTerms]-?: FillTerms[Term] };

function termsOf(report: FillReport | TradeCorrectReport, order: Order): EveryTerm {
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

/** What a report did to the fills of its order. */
interface ChangedFills {
  readonly trade: Trade | undefined;
  /** Whether a later report on that fill was applied before it. */
  readonly isStale: boolean;
}

async function changeFills(
  transaction: Transaction,
  order: Order,
  report: FillReport | TradeCancelReport | TradeCorrectReport,
  checked: CheckedReport,
): Promise<ChangedFills> {
  if (report.type === "fill") {
    const [trade] = await recordFills(transaction, [fillOf(report, order)]);
    return { trade, isStale: false };
  }
  return takeBack(transaction, order, report, checked);
}

interface RecordedFill {
  readonly id: string;
  readonly executedAt: Temporal.Instant;
  readonly bustedAt: Temporal.Instant | null;
}

/** The fill a report names, as first reported and corrected since, the oldest first. */
async function readFill(
  transaction: Transaction,
  order: Order,
  report: TradeCancelReport | TradeCorrectReport,
): Promise<readonly [RecordedFill, ...RecordedFill[]]> {
  const exchangeTradeId = code("exchangeTradeId", report.exchangeTradeId, 200);
  const executedAt = optional(report.executedAt, (value) => moment("executedAt", value));
  const { rows } = await transaction.query<RecordedFill>(
    catalogued("orders.list_fill", {
      orderId: order.id,
      exchangeTradeId,
      ...(await lateFillValues(transaction, order.id)),
    }),
  );
  if (rows.length > MOST_NAMESAKES) {
    throw new ConflictError(
      `Order ${order.id} has more than ${MOST_NAMESAKES} fills and corrections that are called ${exchangeTradeId}.`,
      { table: "trades", field: "exchangeTradeId" },
    );
  }
  const [first, ...rest] = rows.filter((fill) => executedAt === null || fill.executedAt.equals(executedAt));
  if (first === undefined) {
    throw new NotFoundError(
      `No fill ${exchangeTradeId} of order ${order.id} is recorded. Where its report is still to come, give this one again then.`,
      { table: "trades", field: "exchangeTradeId" },
    );
  }
  if (rest.some((fill) => !fill.executedAt.equals(first.executedAt))) {
    throw refusalBecause(
      "executedAt",
      `several fills of order ${order.id} are called ${exchangeTradeId}; say which by its time.`,
    );
  }
  return [first, ...rest];
}

/**
 * Takes a fill back as its reports say by now. Where another session took it back between the look and the write, what that
 * one said is looked at anew: two words on one fill may come at once.
 */
async function takeBack(...call: Parameters<typeof takeBackOnce>): Promise<ChangedFills> {
  for (let look = 1; ; look += 1) {
    try {
      return await takeBackOnce(...call);
    } catch (error) {
      const isOvertaken = error instanceof ConflictError && error.field === "bustedAt";
      if (!isOvertaken || look === MOST_LOOKS) throw error;
    }
  }
}

async function takeBackOnce(
  transaction: Transaction,
  order: Order,
  report: TradeCancelReport | TradeCorrectReport,
  checked: CheckedReport,
): Promise<ChangedFills> {
  const fills = await readFill(transaction, order, report);
  const newest = fills.at(-1) ?? fills[0];
  const at = checked.transactTime;
  const saidBefore = fills.find(({ bustedAt }) => bustedAt?.equals(at) === true);
  const isStale =
    saidBefore === undefined &&
    fills.some(({ bustedAt }) => bustedAt !== null && Temporal.Instant.compare(bustedAt, at) > 0);
  // Taken back already, by whichever report came first; or there is a later word on it.
  if (isStale || (report.type === "trade_cancel" && newest.bustedAt !== null)) {
    return { trade: await findTrade(transaction, newest.id), isStale };
  }
  const scope = transactionScope(transaction);
  const bust = { bustedAt: at, reason: checked.reason };
  if (report.type === "trade_cancel") {
    return { trade: await bustTrade(scope, newest.id, bust), isStale: false };
  }
  // Said again, it is about the same fill as the first time, not about what stands in its place since.
  const wrong = saidBefore ?? newest;
  const { replacement } = await correctTrade(scope, wrong.id, { ...termsOf(report, order), ...bust });
  return { trade: replacement, isStale: false };
}

/**
 * Applies a report to its order.
 * @throws {NotFoundError} no such order, or no such fill to take back
 * @throws {InvalidInputError} naming the field
 * @throws {ConflictError} a fill that is recorded with other contents, of a rejected order, or beyond the order's quantity; a
 * fill to take back where the order has more than 1,000 of that name, corrections included
 */
export async function applyExecutionReport(scope: Scope, report: ExecutionReport): Promise<ReportResult> {
  const checked = checkReport(report);
  const aboutFills = fillReport(report);
  checkReference(report.order);
  if (aboutFills !== undefined) checkFillFields(aboutFills);
  return scope.atomically(
    async (transaction) => {
      const order = await getReferenced(transaction, report.order);
      const changed =
        aboutFills === undefined ? undefined : await changeFills(transaction, order, aboutFills, checked);
      const result = await bringForward(transaction, order, checked, aboutFills !== undefined);
      const outcome = changed?.isStale === true && result.outcome === "duplicate" ? "stale" : result.outcome;
      return { ...result, outcome, trade: changed?.trade };
    },
    { idempotent: true },
  );
}
