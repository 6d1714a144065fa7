// What applyExecutionReport takes: a report of each form, by each way of naming its order, and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { ExecutionReport } from "../orders/execution-report.ts";
import type { Orders } from "../orders/orders.ts";
import { code, decimal, formed, id, json, moment, named, reference, text, word } from "./input-kind.ts";
import type { Contract, MethodCase, Shape } from "./method-case.ts";

const createdAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = createdAt.add({ hours: 1 });
const orderId = createId(createdAt);
const name = { account: "main", exchange: "XTEST", clientOrderId: "client" };
const venueName = { exchange: "XTEST", venueOrderId: "V-1" };

const report = {
  order: { orderId },
  executionId: "execution",
  transactTime: later,
  venueOrderId: "V-1",
  reason: "as it is",
} as const;

const reportShape = {
  order: { orderId: named("orderId", id) },
  executionId: code(200),
  transactTime: moment,
  venueOrderId: code(200),
  reason: text(10_000),
};

const fill = {
  ...report,
  quantity: "1",
  price: "100",
  contractMultiplier: "1",
  settlementCurrency: "USD",
  fee: "0.1",
  feeCurrency: "USD",
  liquidity: "maker",
  source: "test",
  rawPayload: { id: 1 },
  venueMic: "XNAS",
  instrumentIsin: "US0378331005",
  venueTransactionId: "tvtic",
  tradingCapacity: "deal",
  investmentDecisionAlgorithmId: "algorithm",
  executionAlgorithmId: "algorithm",
  decisionMakerId: "person",
} as const;

const fillShape = {
  ...reportShape,
  quantity: decimal.positive,
  price: decimal.positive,
  contractMultiplier: decimal.positive,
  settlementCurrency: formed(12),
  fee: decimal.any,
  feeCurrency: formed(12),
  liquidity: word,
  source: code(200),
  rawPayload: json,
  venueMic: formed(4),
  instrumentIsin: formed(12),
  venueTransactionId: code(200),
  tradingCapacity: word,
  investmentDecisionAlgorithmId: code(100),
  executionAlgorithmId: code(100),
  decisionMakerId: code(100),
};

const ofReport = (
  given: ExecutionReport,
  shape: Shape<ExecutionReport>,
  namedTwice?: Readonly<Record<string, unknown>>,
): MethodCase<[ExecutionReport]> => ({
  args: [given],
  shapes: [shape],
  wrongTogether: namedTwice && [{ argument: 0, values: { order: namedTwice }, field: "order" }],
});

/** Every way of reporting on an order. */
export const reportInputs: Contract<Orders>["applyExecutionReport"] = [
  ofReport(
    { ...report, type: "canceled", order: name },
    {
      ...reportShape,
      type: word,
      order: {
        account: named("account", reference(code(100))),
        exchange: named("exchange", reference(code(50))),
        clientOrderId: named("clientOrderId", reference(code(200))),
      },
    },
    { ...name, orderId },
  ),
  ofReport(
    { ...report, type: "expired", order: venueName },
    {
      ...reportShape,
      type: word,
      order: {
        exchange: named("exchange", reference(code(50))),
        venueOrderId: named("venueOrderId", reference(code(200))),
      },
    },
    { ...venueName, ...name },
  ),
  ofReport({ ...report, type: "canceled" }, { ...reportShape, type: word }, { ...venueName, orderId }),
  ofReport(
    { ...report, type: "cancel_rejected", orderStatus: "suspended" },
    // What the fills say is not taken from the report.
    { ...reportShape, type: word, orderStatus: { bad: [...word.bad, "new", "partially_filled"] } },
  ),
  ofReport(
    {
      ...report,
      type: "replaced",
      quantity: "8",
      limitPrice: "99",
      stopPrice: "98",
      trailingOffset: "1",
      clientOrderId: "client 2",
    },
    {
      ...reportShape,
      type: word,
      quantity: decimal.positive,
      limitPrice: decimal.positive,
      stopPrice: decimal.positive,
      trailingOffset: decimal.positive,
      clientOrderId: code(200),
    },
  ),
  ofReport(
    { ...fill, type: "fill", exchangeTradeId: "trade", exchange: "XTEST", orderQuantity: "10" },
    {
      ...fillShape,
      type: word,
      exchangeTradeId: code(200),
      exchange: code(50),
      orderQuantity: decimal.positive,
    },
  ),
  ofReport(
    { ...report, type: "trade_cancel", exchangeTradeId: "trade", executedAt: createdAt },
    { ...reportShape, type: word, exchangeTradeId: reference(code(200)), executedAt: moment },
  ),
  ofReport(
    { ...fill, type: "trade_correct", exchangeTradeId: "trade", executedAt: createdAt },
    { ...fillShape, type: word, exchangeTradeId: reference(code(200)), executedAt: moment },
  ),
];
