// Rows of orders, their events and their fills as they are made, and how each becomes a row of its table.
import type { OrderEventType, OrderSide, OrderStatus, OrderType, TimeInForce } from "@app/schema/vocabulary";
import { type Money, moneyText, unitsText } from "../amounts.ts";
import type { RowColumn } from "../copy-rows.ts";
import type { Instrument } from "../market/instrument.ts";
import { algorithmOf, type SeedStrategy } from "../strategies.ts";

/** An order. Times are microseconds since 1970, quantities lots, prices ticks. */
export interface OrderRow {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly submittedAt: number;
  readonly version: number;
  readonly strategy: SeedStrategy;
  readonly instrument: Instrument;
  readonly parentOrderId: string | null;
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly expiresAt: number | null;
  readonly status: OrderStatus;
  readonly endedAs: "canceled" | "expired" | null;
  readonly statusReason: string | null;
  readonly lastExecutionId: string | null;
  readonly transactTime: number | null;
  readonly lots: number;
  readonly filledLots: number;
  /** Lots times ticks of what is filled. */
  readonly filledCost: bigint;
  readonly limitTicks: number | null;
  readonly stopTicks: number | null;
  readonly trailingTicks: number | null;
  readonly postOnly: boolean;
}

/** What happened to an order, and the order as it was then. */
export interface OrderEventRow {
  readonly id: string;
  readonly type: OrderEventType;
  readonly fromStatus: OrderStatus | null;
  readonly changes: string | null;
  readonly order: OrderRow;
}

/** A fill. */
export interface FillRow {
  readonly id: string;
  readonly executedAt: number;
  readonly order: OrderRow;
  readonly lots: number;
  readonly ticks: number;
  readonly isMaker: boolean;
  readonly exchangeTradeId: string;
  readonly bustedAt: number | null;
  readonly bustReason: string | null;
}

/** A fill, and what it made of its position. */
export interface AccountedFill extends FillRow {
  readonly realizedPnl: Money;
  readonly positionLots: number;
  readonly positionCost: Money;
  /** In units of 10 to the minus `FEE_DECIMALS`; negative for a rebate. */
  readonly fee: number;
  readonly feeCurrency: string;
}

export const FEE_DECIMALS = 6;

/** Microseconds between what happened and its record. */
const RECORDED_AFTER = 1_500;

const micros = (value: number): bigint => BigInt(value);
const optionalMicros = (value: number | null): bigint | null => (value === null ? null : BigInt(value));
const quantity = ({ instrument }: OrderRow, lots: number): string =>
  unitsText(lots, instrument.quantityDecimals);
const price = ({ instrument }: OrderRow, ticks: number | null): string | null =>
  ticks === null ? null : unitsText(ticks, instrument.priceDecimals);

const AVERAGE_DECIMALS = 10;

/** Average price of what is filled, cut at ten places. */
function averagePrice({ filledLots, filledCost, instrument }: OrderRow): string | null {
  if (filledLots === 0) return null;
  const units =
    (filledCost * 10n ** BigInt(AVERAGE_DECIMALS - instrument.priceDecimals)) / BigInt(filledLots);
  return unitsText(Number(units), AVERAGE_DECIMALS);
}

/** Columns an order and its events have alike. */
const shared = <Row>(of: (row: Row) => OrderRow): readonly RowColumn<Row>[] => [
  { name: "account", type: "text", of: (row) => of(row).strategy.account },
  { name: "strategy_id", type: "uuid", of: (row) => of(row).strategy.id },
  { name: "exchange", type: "text", of: (row) => of(row).instrument.venue.exchange },
  { name: "symbol", type: "text", of: (row) => of(row).instrument.symbol },
  { name: "client_order_id", type: "text", of: (row) => of(row).clientOrderId },
  { name: "venue_order_id", type: "text", of: (row) => of(row).venueOrderId },
  { name: "transact_time", type: "timestamptz", of: (row) => optionalMicros(of(row).transactTime) },
  { name: "quantity", type: "numeric", of: (row) => quantity(of(row), of(row).lots) },
  { name: "filled_quantity", type: "numeric", of: (row) => quantity(of(row), of(row).filledLots) },
  { name: "average_fill_price", type: "numeric", of: (row) => averagePrice(of(row)) },
  { name: "limit_price", type: "numeric", of: (row) => price(of(row), of(row).limitTicks) },
  { name: "stop_price", type: "numeric", of: (row) => price(of(row), of(row).stopTicks) },
  { name: "trailing_offset", type: "numeric", of: (row) => price(of(row), of(row).trailingTicks) },
];

/** Columns of orders. */
export const orderColumns: readonly RowColumn<OrderRow>[] = [
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "created_at", type: "timestamptz", of: (row) => micros(row.createdAt) },
  { name: "updated_at", type: "timestamptz", of: (row) => micros(row.updatedAt) },
  { name: "submitted_at", type: "timestamptz", of: (row) => micros(row.submittedAt) },
  { name: "version", type: "int4", of: (row) => row.version },
  ...shared<OrderRow>((row) => row),
  { name: "parent_order_id", type: "uuid", of: (row) => row.parentOrderId },
  { name: "side", type: "text", of: (row) => row.side },
  { name: "type", type: "text", of: (row) => row.type },
  { name: "time_in_force", type: "text", of: (row) => row.timeInForce },
  { name: "expires_at", type: "timestamptz", of: (row) => optionalMicros(row.expiresAt) },
  { name: "status", type: "text", of: (row) => row.status },
  { name: "ended_as", type: "text", of: (row) => row.endedAs },
  { name: "status_reason", type: "text", of: (row) => row.statusReason },
  { name: "last_execution_id", type: "text", of: (row) => row.lastExecutionId },
  { name: "post_only", type: "bool", of: (row) => row.postOnly },
  { name: "source", type: "text", of: () => "oms" },
  { name: "venue_mic", type: "text", of: (row) => row.instrument.venue.mic },
  { name: "trading_capacity", type: "text", of: () => "deal" },
  { name: "investment_decision_algorithm_id", type: "text", of: (row) => algorithmOf(row.strategy) },
  { name: "execution_algorithm_id", type: "text", of: () => "router-1" },
];

/** Columns of order_events. */
export const orderEventColumns: readonly RowColumn<OrderEventRow>[] = [
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "event_time", type: "timestamptz", of: ({ order }) => micros(order.updatedAt) },
  { name: "order_id", type: "uuid", of: ({ order }) => order.id },
  { name: "order_version", type: "int4", of: ({ order }) => order.version },
  { name: "type", type: "text", of: (row) => row.type },
  ...shared<OrderEventRow>((row) => row.order),
  { name: "execution_id", type: "text", of: ({ order }) => order.lastExecutionId },
  { name: "from_status", type: "text", of: (row) => row.fromStatus },
  { name: "to_status", type: "text", of: ({ order }) => order.status },
  { name: "reason", type: "text", of: ({ order }) => order.statusReason },
  {
    name: "changes",
    type: "jsonb",
    of: ({ changes }) => (changes === null ? null : { jsonText: changes }),
  },
  { name: "recorded_at", type: "timestamptz", of: ({ order }) => micros(order.updatedAt + RECORDED_AFTER) },
  { name: "recorded_by", type: "text", of: () => "seed" },
];

/** Columns of trades. */
export const fillColumns: readonly RowColumn<AccountedFill>[] = [
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "executed_at", type: "timestamptz", of: (row) => micros(row.executedAt) },
  { name: "account", type: "text", of: ({ order }) => order.strategy.account },
  { name: "strategy_id", type: "uuid", of: ({ order }) => order.strategy.id },
  { name: "order_id", type: "uuid", of: ({ order }) => order.id },
  { name: "exchange", type: "text", of: ({ order }) => order.instrument.venue.exchange },
  { name: "symbol", type: "text", of: ({ order }) => order.instrument.symbol },
  { name: "exchange_trade_id", type: "text", of: (row) => row.exchangeTradeId },
  { name: "side", type: "text", of: ({ order }) => order.side },
  { name: "quantity", type: "numeric", of: ({ order, lots }) => quantity(order, lots) },
  { name: "price", type: "numeric", of: ({ order, ticks }) => price(order, ticks) },
  { name: "settlement_currency", type: "text", of: ({ order }) => order.instrument.venue.currency },
  { name: "fee", type: "numeric", of: (row) => unitsText(row.fee, FEE_DECIMALS) },
  { name: "fee_currency", type: "text", of: (row) => row.feeCurrency },
  { name: "liquidity", type: "text", of: (row) => (row.isMaker ? "maker" : "taker") },
  { name: "realized_pnl", type: "numeric", of: (row) => moneyText(row.realizedPnl) },
  {
    name: "position_quantity",
    type: "numeric",
    of: ({ order, positionLots }) => quantity(order, positionLots),
  },
  { name: "position_cost_basis", type: "numeric", of: (row) => moneyText(row.positionCost) },
  { name: "busted_at", type: "timestamptz", of: (row) => optionalMicros(row.bustedAt) },
  { name: "bust_reason", type: "text", of: (row) => row.bustReason },
  { name: "source", type: "text", of: () => "oms" },
  { name: "recorded_at", type: "timestamptz", of: (row) => micros(row.executedAt + RECORDED_AFTER) },
  { name: "venue_mic", type: "text", of: ({ order }) => order.instrument.venue.mic },
  { name: "trading_capacity", type: "text", of: () => "deal" },
  {
    name: "investment_decision_algorithm_id",
    type: "text",
    of: ({ order }) => algorithmOf(order.strategy),
  },
  { name: "execution_algorithm_id", type: "text", of: () => "router-1" },
];
