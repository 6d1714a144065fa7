// What an order is in TypeScript, and what a caller gives to make one. No behaviour here.
import type { Decimal } from "@app/database";
import type {
  OrderEventType,
  OrderSide,
  OrderStatus,
  OrderType,
  ShortSellingIndicator,
  TimeInForce,
  TradingCapacity,
} from "@app/schema/vocabulary";
import type { Moment } from "../input/instant-field.ts";

/** The record that European rules ask for beside the order (RTS 6, EU 2017/589, Annex II); all optional. */
export interface OrderRecordFields {
  /** ISO 10383 code of the venue. */
  readonly venueMic: string | null;
  /** ISO 6166. */
  readonly instrumentIsin: string | null;
  /** Whose order it is, where it is a client's. */
  readonly clientId: string | null;
  /** The algorithm that decided to trade. */
  readonly investmentDecisionAlgorithmId: string | null;
  /** The algorithm that decided where and when. */
  readonly executionAlgorithmId: string | null;
  /** The person who decided or answers for it. */
  readonly decisionMakerId: string | null;
  /** The broker that passed it on. */
  readonly nonExecutingBrokerId: string | null;
  readonly tradingCapacity: TradingCapacity | null;
  readonly shortSellingIndicator: ShortSellingIndicator | null;
  /** Whether it came by direct electronic access. */
  readonly directElectronicAccess: boolean | null;
  /** Whether it is part of market making. */
  readonly liquidityProvision: boolean | null;
  /** Whether it may not meet an order of the same owner. */
  readonly selfExecutionPrevention: boolean | null;
  /** Kept at least until this UTC day; null where the seven years of the table are enough. */
  readonly retainUntil: Temporal.PlainDate | null;
}

/** The terms of an order: what a replace may change while it works. */
export interface OrderTerms {
  /** FIX tag 38 (OrderQty). */
  readonly quantity: Decimal;
  /** FIX tag 44 (Price). */
  readonly limitPrice: Decimal | null;
  /** FIX tag 99 (StopPx). */
  readonly stopPrice: Decimal | null;
  /** Distance to the market in price units. */
  readonly trailingOffset: Decimal | null;
}

/** The current state of an order. */
export interface Order extends OrderTerms, OrderRecordFields {
  /** UUIDv7 that holds `createdAt`. */
  readonly id: string;
  /** When it was made; the time in its id. */
  readonly createdAt: Temporal.Instant;
  /** When what this says became so: the venue's time of the report where there is one. */
  readonly updatedAt: Temporal.Instant;
  /** Grows by one with each change. */
  readonly version: number;
  /** FIX tag 1 (Account). */
  readonly account: string;
  /** The strategy it was made for; null for none. */
  readonly strategyId: string | null;
  /** The order it hangs on; null for none. */
  readonly parentOrderId: string | null;
  /** Where it was sent. */
  readonly exchange: string;
  /** FIX tag 55 (Symbol). */
  readonly symbol: string;
  /** FIX tag 11 (ClOrdID). */
  readonly clientOrderId: string;
  /** FIX tag 37 (OrderID), once the venue gave one. */
  readonly venueOrderId: string | null;
  /** FIX tag 54 (Side). */
  readonly side: OrderSide;
  /** FIX tag 40 (OrdType). */
  readonly type: OrderType;
  /** FIX tag 59 (TimeInForce). */
  readonly timeInForce: TimeInForce;
  /** For good-till-date orders. FIX tag 126 (ExpireTime). */
  readonly expiresAt: Temporal.Instant | null;
  /** FIX tag 39 (OrdStatus). */
  readonly status: OrderStatus;
  /** How the venue said it ended, even where its fills outrank that. */
  readonly endedAs: "canceled" | "expired" | null;
  /** What the last report gave as reason. FIX tag 58 (Text). */
  readonly statusReason: string | null;
  /** FIX tag 17 (ExecID) of the last report applied. */
  readonly lastExecutionId: string | null;
  /** FIX tag 60 (TransactTime) of that report, by the venue's clock; null where the last change was no report. */
  readonly transactTime: Temporal.Instant | null;
  /** FIX tag 14 (CumQty): the sum of the fills recorded for it, busted ones left out. */
  readonly filledQuantity: Decimal;
  /** `quantity` less `filledQuantity`. FIX tag 151 (LeavesQty) while it works. */
  readonly remainingQuantity: Decimal;
  /** FIX tag 6 (AvgPx); null while nothing is filled. */
  readonly averageFillPrice: Decimal | null;
  /** How much of it the market sees; null for all. FIX tag 1138 (DisplayQty). */
  readonly displayQuantity: Decimal | null;
  /** Least quantity of a fill; null for any. FIX tag 110 (MinQty). */
  readonly minimumQuantity: Decimal | null;
  /** May only make a position smaller. */
  readonly reduceOnly: boolean;
  /** Rejected rather than executed as a taker. */
  readonly postOnly: boolean;
  /** When it left for the venue; null where nobody said. */
  readonly submittedAt: Temporal.Instant | null;
  /** Which system, feed or import it comes from. */
  readonly source: string;
}

type Given<Fields> = { readonly [Field in keyof Fields]?: Fields[Field] | undefined };

/** An order to be submitted. What may be null in {@link Order} may be left out. */
export interface NewOrder extends Given<Omit<OrderRecordFields, "retainUntil">> {
  /** UUIDv7 that holds `createdAt`: make both with `createId`. Sent again, the same id is the same order. */
  readonly id: string;
  /** When it was made, to the microsecond. */
  readonly createdAt: Moment;
  /** FIX tag 1 (Account). */
  readonly account: string;
  readonly strategyId?: string | null | undefined;
  readonly parentOrderId?: string | null | undefined;
  /** Where it is sent. */
  readonly exchange: string;
  readonly symbol: string;
  /** FIX tag 11 (ClOrdID): no other working order of the account may bear it at that exchange. */
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  /** @defaultValue "gtc" */
  readonly timeInForce?: TimeInForce | undefined;
  /** Required for `gtd`, refused for anything else. */
  readonly expiresAt?: Moment | null | undefined;
  /** Exact decimal text, like all amounts here. */
  readonly quantity: string;
  /** Required by the types that have one, refused by the others; so are the next two. */
  readonly limitPrice?: string | null | undefined;
  readonly stopPrice?: string | null | undefined;
  readonly trailingOffset?: string | null | undefined;
  /** @defaultValue all of it */
  readonly displayQuantity?: string | null | undefined;
  /** @defaultValue any */
  readonly minimumQuantity?: string | null | undefined;
  /** @defaultValue false */
  readonly reduceOnly?: boolean | undefined;
  /** Rejected rather than executed as a taker. @defaultValue false */
  readonly postOnly?: boolean | undefined;
  readonly submittedAt?: Moment | null | undefined;
  /** Which system, feed or import it comes from. */
  readonly source: string;
  /** A UTC day, where the seven years of the table are not enough. */
  readonly retainUntil?: Temporal.PlainDate | string | null | undefined;
}

/** One step in the life of an order, as it was recorded. */
export interface OrderEvent extends OrderTerms {
  /** UUIDv7 that holds `eventTime`. */
  readonly id: string;
  /** The order's `updatedAt` at the change. */
  readonly eventTime: Temporal.Instant;
  readonly orderId: string;
  /** The order's version after the change; 1 is its creation. */
  readonly orderVersion: number;
  /** FIX tag 150 (ExecType), in words. */
  readonly type: OrderEventType;
  readonly account: string;
  readonly strategyId: string | null;
  readonly exchange: string;
  readonly symbol: string;
  /** What it was called after the change. */
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  /** FIX tag 17 (ExecID) of the report that caused it; null where none did. */
  readonly executionId: string | null;
  /** By the venue's clock; null where the change was no report. */
  readonly transactTime: Temporal.Instant | null;
  /** Null for the creation. */
  readonly fromStatus: OrderStatus | null;
  readonly toStatus: OrderStatus;
  readonly reason: string | null;
  /** After the change; so are the terms and the state. */
  readonly filledQuantity: Decimal;
  readonly averageFillPrice: Decimal | null;
  /** Whatever else changed, as {column: [before, after]}. */
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>> | null;
  /** When the database wrote it: from then on it was known. */
  readonly recordedAt: Temporal.Instant;
  /** Database role of the session. */
  readonly recordedBy: string;
  readonly retainUntil: Temporal.PlainDate | null;
}
