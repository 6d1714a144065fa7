// Execution reports: what a venue says of an order, one type per FIX ExecType (tag 150) a backend acts on, and what becomes
// of each. Types, and the checks of what a caller gives; what a report does is in order-state.ts and apply-report.ts.
import type { Decimal } from "@app/database";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, moment, notAhead } from "../input/instant-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { refusal } from "../input/refuse.ts";
import { code, freeText, namedCode } from "../input/text-field.ts";
import { fillTermFields } from "../trades/fill-term-fields.ts";
import type { FillTerms, Trade } from "../trades/trade.ts";
import type { Order } from "./order.ts";
import type { OrderReference } from "./order-reference.ts";

/** Kinds of report; in brackets FIX tag 150 (ExecType), or the message. */
export const reportTypes = [
  "new", // 0
  "fill", // F, Trade
  "trade_cancel", // H: a fill is taken back
  "trade_correct", // G: a fill is replaced by another
  "pending_cancel", // 6
  "canceled", // 4
  "cancel_rejected", // message 35=9, CxlRejResponseTo 1
  "pending_replace", // E
  "replaced", // 5
  "replace_rejected", // message 35=9, CxlRejResponseTo 2
  "rejected", // 8
  "expired", // C
  "suspended", // 9
] as const;

/** Kind of a report. FIX tag 150 (ExecType), or message 35=9. */
export type ReportType = (typeof reportTypes)[number];

interface ReportFields {
  readonly order: OrderReference;
  /** FIX tag 17 (ExecID): a report that bears one that was applied to this order is a duplicate. */
  readonly executionId: string;
  /** When it happened at the venue. FIX tag 60 (TransactTime). */
  readonly transactTime: Moment;
  /** FIX tag 37 (OrderID), where the report gives it. */
  readonly venueOrderId?: string | null | undefined;
  /** FIX tag 58 (Text), or what tag 103 or 102 means in words. */
  readonly reason?: string | null | undefined;
}

/** A fill. Its currencies, fee and source are the fill's own; strategy and side are the order's. */
export interface FillReport extends ReportFields, Omit<FillTerms, "strategyId" | "orderId"> {
  readonly type: "fill";
  /** FIX tag 1003 (TradeID). @defaultValue the executionId */
  readonly exchangeTradeId?: string | undefined;
  /** Where it was executed, if not where the order went. @defaultValue the order's exchange */
  readonly exchange?: string | undefined;
  /** FIX tag 38 (OrderQty), where the report gives it: what the order is for by now, if its replace is still under way. */
  readonly orderQuantity?: string | undefined;
}

/** A fill that is taken back. */
export interface TradeCancelReport extends ReportFields {
  readonly type: "trade_cancel";
  /** The venue's id of the fill; FIX tag 19 (ExecRefID) where that is the trade id. */
  readonly exchangeTradeId: string;
  /** When the fill was executed: needed where the venue calls several fills of the order so. */
  readonly executedAt?: Moment | undefined;
}

/** A fill that is replaced by another of the same id and time. */
export interface TradeCorrectReport extends ReportFields, Omit<FillTerms, "strategyId" | "orderId"> {
  readonly type: "trade_correct";
  readonly exchangeTradeId: string;
  /** As for a trade_cancel. */
  readonly executedAt?: Moment | undefined;
}

/** New terms, in force. What is left out stays. */
export interface ReplacedReport extends ReportFields {
  readonly type: "replaced";
  readonly quantity?: string | undefined;
  readonly limitPrice?: string | null | undefined;
  readonly stopPrice?: string | null | undefined;
  readonly trailingOffset?: string | null | undefined;
  /** FIX tag 11 (ClOrdID) of the replace, which is the order's name from now on. */
  readonly clientOrderId?: string | undefined;
}

/** A request to cancel or replace that the venue refused. */
export interface RequestRejectedReport extends ReportFields {
  readonly type: "cancel_rejected" | "replace_rejected";
  /**
   * FIX tag 39 (OrdStatus), where it says that the order was suspended and stays so. Whether it works unfilled or partially
   * filled the recorded fills say, so leave other statuses out.
   * @defaultValue what the fills say: new or partially_filled
   */
  readonly orderStatus?: "suspended" | undefined;
}

/** A change of state alone. */
export interface StateReport extends ReportFields {
  readonly type:
    | "new"
    | "pending_cancel"
    | "canceled"
    | "pending_replace"
    | "rejected"
    | "expired"
    | "suspended";
}

/** What a venue says of an order. */
export type ExecutionReport =
  | FillReport
  | TradeCancelReport
  | TradeCorrectReport
  | ReplacedReport
  | RequestRejectedReport
  | StateReport;

/** What became of a report. */
export interface ReportResult {
  readonly order: Order;
  /**
   * - applied: the order, or its fills, changed
   * - duplicate: it was applied before; nothing changed
   * - outranked: the order is in a state that outranks it (FIX OrdStatus precedence), such as a cancel after the last fill; said
   *   again, it is so again
   * - stale: a later report of the kind was applied before it; said again, it is so again
   */
  readonly outcome: "applied" | "duplicate" | "outranked" | "stale";
  /** The fill of a `fill` or `trade_correct`, the busted one of a `trade_cancel`. */
  readonly trade: Trade | undefined;
}

/** A report whose fields were checked; amounts not given are undefined, those said to be none null. */
export interface CheckedReport {
  readonly type: ReportType;
  readonly executionId: string;
  readonly transactTime: Temporal.Instant;
  readonly venueOrderId: string | null;
  readonly reason: string | null;
  readonly quantity: Decimal | undefined;
  readonly limitPrice: Decimal | null | undefined;
  readonly stopPrice: Decimal | null | undefined;
  readonly trailingOffset: Decimal | null | undefined;
  readonly clientOrderId: string | undefined;
  readonly orderStatus: "suspended" | undefined;
}

const commonFields: Readonly<Record<keyof StateReport, true>> = {
  type: true,
  order: true,
  executionId: true,
  transactTime: true,
  venueOrderId: true,
  reason: true,
};

// Strategy and order of a fill are those of the order that is reported on.
const { strategyId: _strategy, orderId: _order, ...termFields } = fillTermFields;

type FieldsOf<Report> = Readonly<Record<keyof Report, true>>;

const fillFields: FieldsOf<FillReport> = {
  ...commonFields,
  ...termFields,
  exchangeTradeId: true,
  exchange: true,
  orderQuantity: true,
};
const cancelFields: FieldsOf<TradeCancelReport> = {
  ...commonFields,
  exchangeTradeId: true,
  executedAt: true,
};
const correctFields: FieldsOf<TradeCorrectReport> = { ...cancelFields, ...termFields };
const replacedFields: FieldsOf<ReplacedReport> = {
  ...commonFields,
  quantity: true,
  limitPrice: true,
  stopPrice: true,
  trailingOffset: true,
  clientOrderId: true,
};
const refusedFields: FieldsOf<RequestRejectedReport> = { ...commonFields, orderStatus: true };

/** Of every type: whoever makes reports of one shape may give what another type has, but no name that none has. */
const reportFields = { ...fillFields, ...correctFields, ...replacedFields, ...refusedFields };

/** @throws {InvalidInputError} naming the field; fields of a fill are checked where it is recorded */
export function checkReport(report: ExecutionReport): CheckedReport {
  if (typeof report !== "object" || report === null) throw refusal("report", report, "an execution report");
  refuseUnknownFields("an execution report", report, reportFields);
  const type = choice("type", report.type, reportTypes);
  const terms = report.type === "replaced" ? report : undefined;
  const given = <Value>(value: unknown, check: (value: unknown) => Value): Value | undefined =>
    value === undefined ? undefined : check(value);
  const price = (field: "limitPrice" | "stopPrice" | "trailingOffset"): Decimal | null | undefined =>
    given(terms?.[field], (value) => optional(value, (one) => amount(field, one, "positive")));
  return {
    type,
    executionId: code("executionId", report.executionId, 200),
    transactTime: notAhead("transactTime", moment("transactTime", report.transactTime)),
    venueOrderId: optional(report.venueOrderId, (value) => namedCode("venueOrderId", value)),
    reason: optional(report.reason, (value) => freeText("reason", value, 10_000)),
    quantity:
      report.type === "fill"
        ? given(report.orderQuantity, (value) => amount("orderQuantity", value, "positive"))
        : given(terms?.quantity, (value) => amount("quantity", value, "positive")),
    limitPrice: price("limitPrice"),
    stopPrice: price("stopPrice"),
    trailingOffset: price("trailingOffset"),
    clientOrderId: given(terms?.clientOrderId, (value) => namedCode("clientOrderId", value)),
    orderStatus:
      report.type === "cancel_rejected" || report.type === "replace_rejected"
        ? given(report.orderStatus, (value) => choice("orderStatus", value, ["suspended"]))
        : undefined,
  };
}
