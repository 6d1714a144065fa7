// What the repository of orders takes: every method with valid arguments and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { NewOrder } from "../orders/order.ts";
import type { Orders } from "../orders/orders.ts";
import {
  bound,
  code,
  cursor,
  day,
  decimal,
  flag,
  formed,
  id,
  limit,
  moment,
  named,
  rowId,
  text,
  whole,
  word,
} from "./input-kind.ts";
import { reportInputs } from "./execution-report-inputs.ts";
import type { Contract, Shape } from "./method-case.ts";

const createdAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = createdAt.add({ hours: 1 });
const orderId = createId(createdAt);
const strategyId = createId(createdAt);

const page = { limit: limit(), cursor };
const history = { ...page, from: bound, to: bound };
const reversed = { argument: 1, values: { from: later, to: createdAt }, field: "to" };

const order: Required<NewOrder> = {
  id: orderId,
  createdAt,
  account: "main",
  strategyId,
  parentOrderId: createId(createdAt),
  exchange: "XTEST",
  symbol: "BTC-USD",
  clientOrderId: "client",
  side: "buy",
  type: "stop_limit",
  timeInForce: "gtd",
  expiresAt: later,
  quantity: "10",
  limitPrice: "100",
  stopPrice: "99",
  trailingOffset: null,
  displayQuantity: "1",
  minimumQuantity: "1",
  reduceOnly: false,
  postOnly: false,
  submittedAt: later,
  source: "test",
  retainUntil: "2040-01-01",
  venueMic: "XNAS",
  instrumentIsin: "US0378331005",
  clientId: "client",
  investmentDecisionAlgorithmId: "algorithm",
  executionAlgorithmId: "algorithm",
  decisionMakerId: "person",
  nonExecutingBrokerId: "broker",
  tradingCapacity: "deal",
  shortSellingIndicator: "sesh",
  directElectronicAccess: true,
  liquidityProvision: false,
  selfExecutionPrevention: true,
};

const orderShape: Shape<NewOrder> = {
  id: rowId,
  createdAt: moment,
  account: code(100),
  strategyId: id,
  parentOrderId: id,
  exchange: code(50),
  symbol: code(100),
  clientOrderId: code(200),
  side: word,
  type: word,
  timeInForce: word,
  expiresAt: moment,
  quantity: decimal.positive,
  limitPrice: decimal.positive,
  stopPrice: decimal.positive,
  trailingOffset: decimal.positive,
  displayQuantity: decimal.positive,
  minimumQuantity: decimal.positive,
  reduceOnly: flag,
  postOnly: flag,
  submittedAt: moment,
  source: code(200),
  retainUntil: day,
  venueMic: formed(4),
  instrumentIsin: formed(12),
  clientId: code(200),
  investmentDecisionAlgorithmId: code(100),
  executionAlgorithmId: code(100),
  decisionMakerId: code(100),
  nonExecutingBrokerId: code(200),
  tradingCapacity: word,
  shortSellingIndicator: word,
  directElectronicAccess: flag,
  liquidityProvision: flag,
  selfExecutionPrevention: flag,
};

const child = {
  id: createId(createdAt),
  createdAt,
  clientOrderId: "stop",
  type: "stop_limit",
  limitPrice: "90",
  stopPrice: "91",
  trailingOffset: null,
  timeInForce: "gtd",
  expiresAt: later,
  quantity: "10",
} as const;

const childShape = {
  id: rowId,
  createdAt: moment,
  clientOrderId: code(200),
  type: word,
  limitPrice: decimal.positive,
  stopPrice: decimal.positive,
  trailingOffset: decimal.positive,
  timeInForce: word,
  expiresAt: moment,
  quantity: decimal.positive,
};

const name = { account: "main", exchange: "XTEST", clientOrderId: "client" };
const nameShape = { account: code(100), exchange: code(50), clientOrderId: code(200) };
const venueName = { exchange: "XTEST", venueOrderId: "V-1" };
const venueNameShape = { exchange: code(50), venueOrderId: code(200) };
const instrument = { exchange: "XTEST", symbol: "BTC-USD" };
const instrumentShape = { exchange: code(50), symbol: code(100) };
const request = { expectedVersion: 1, requestedAt: later, reason: "too late" };
const requestShape = { expectedVersion: whole(1, 2_147_483_647), requestedAt: moment, reason: text(10_000) };
const ofOrder = named("orderId", id);
const pageGiven = { limit: 10, cursor: undefined };
const historyGiven = { ...pageGiven, from: createdAt, to: later };

const strategy = { strategyId };
const strategyShape = { strategyId: id };
const account = { account: "main" };
const accountShape = { account: code(100) };
const ofTwoOwners = { argument: 0, values: { ...instrument, ...account }, field: "owner" };
const withASymbol = { argument: 0, values: { ...account, symbol: "BTC-USD" }, field: "owner" };
const ofTwoFilters = { ...ofTwoOwners, field: "filter" };
const namedTwice = { argument: 0, values: { ...name, ...venueName }, field: "name" };
const ofAnother = { argument: 0, values: { ...account, ...venueName }, field: "name" };
const withAnId = { argument: 0, values: { orderId }, field: "orderId" };
const lookUp = { from: createdAt };
const lookUpShape = { from: bound };
const knownAt = { knownAt: later };
const knownAtShape = { knownAt: bound };

/** Every method of the repository of orders. */
export const orderInputs: Contract<Orders> = {
  get: [{ args: [orderId], shapes: [ofOrder] }],
  find: [{ args: [orderId], shapes: [ofOrder] }],
  getByName: [
    { args: [name, lookUp], shapes: [nameShape, lookUpShape], wrongTogether: [namedTwice, withAnId] },
    {
      args: [venueName, lookUp],
      shapes: [venueNameShape, lookUpShape],
      wrongTogether: [ofAnother, withAnId],
    },
  ],
  findByName: [
    { args: [name, lookUp], shapes: [nameShape, lookUpShape], wrongTogether: [namedTwice, withAnId] },
    {
      args: [venueName, lookUp],
      shapes: [venueNameShape, lookUpShape],
      wrongTogether: [ofAnother, withAnId],
    },
  ],
  listOpen: [
    {
      args: [strategy, pageGiven],
      shapes: [strategyShape, page],
      wrongTogether: [ofTwoOwners, withASymbol],
    },
    { args: [account, pageGiven], shapes: [accountShape, page] },
    { args: [instrument, pageGiven], shapes: [instrumentShape, page] },
  ],
  listExpiring: [{ args: [{ ...pageGiven, before: later }], shapes: [{ ...page, before: bound }] }],
  list: [
    { args: [strategy, historyGiven], shapes: [strategyShape, history], wrongTogether: [reversed] },
    {
      args: [account, historyGiven],
      shapes: [accountShape, history],
      wrongTogether: [reversed, ofTwoFilters, { ...withASymbol, field: "filter" }],
    },
    { args: [instrument, historyGiven], shapes: [instrumentShape, history], wrongTogether: [reversed] },
    {
      args: [{ status: "rejected" }, historyGiven],
      shapes: [{ status: word }, history],
      wrongTogether: [
        reversed,
        { argument: 0, values: account, field: "filter" },
        { argument: 0, values: strategy, field: "filter" },
        { argument: 0, values: instrument, field: "filter" },
      ],
    },
  ],
  stream: [
    {
      args: [account, { from: createdAt, to: later }],
      shapes: [accountShape, { from: bound, to: bound }],
      wrongTogether: [reversed, { argument: 0, values: { status: "rejected" }, field: "filter" }],
    },
  ],
  listChildren: [{ args: [orderId, pageGiven], shapes: [named("parentOrderId", id), page] }],
  listHistory: [{ args: [orderId, pageGiven], shapes: [ofOrder, page] }],
  listEvents: [
    { args: [strategy, historyGiven], shapes: [strategyShape, history], wrongTogether: [reversed] },
    {
      args: [account, historyGiven],
      shapes: [accountShape, history],
      wrongTogether: [
        { argument: 0, values: strategy, field: "filter" },
        { argument: 0, values: { changedColumn: "retain_until" }, field: "filter" },
        { argument: 0, values: { exchange: "XTEST" }, field: "filter" },
      ],
    },
    {
      args: [{ exchange: "XTEST", executionId: "execution" }, historyGiven],
      shapes: [{ exchange: code(50), executionId: code(200) }, history],
      wrongTogether: [{ argument: 0, values: { type: "rejected" }, field: "filter" }],
    },
    {
      args: [{ exchange: "XTEST", type: "rejected" }, historyGiven],
      shapes: [{ exchange: code(50), type: word }, history],
    },
    {
      args: [{ changedColumn: "retain_until" }, historyGiven],
      shapes: [{ changedColumn: code(63) }, history],
    },
  ],
  getKnownAt: [{ args: [orderId, knownAt], shapes: [ofOrder, knownAtShape] }],
  findKnownAt: [{ args: [orderId, knownAt], shapes: [ofOrder, knownAtShape] }],
  listKnownAt: [
    {
      args: [account, { ...historyGiven, ...knownAt }],
      shapes: [accountShape, { ...history, ...knownAtShape }],
      wrongTogether: [reversed, { argument: 0, values: strategy, field: "filter" }],
    },
  ],
  submit: [{ args: [order], shapes: [orderShape] }],
  submitMany: [{ args: [[order]], shapes: [[orderShape]], prefixes: ["orders"] }],
  submitBracket: [
    {
      args: [
        {
          entry: order,
          stopLoss: child,
          takeProfit: {
            ...child,
            id: createId(createdAt),
            clientOrderId: "profit",
            type: "limit",
            limitPrice: "110",
            stopPrice: null,
          },
        },
      ],
      shapes: [{ entry: orderShape, stopLoss: childShape, takeProfit: childShape }],
    },
  ],
  applyExecutionReport: reportInputs,
  requestCancel: [{ args: [orderId, request], shapes: [ofOrder, requestShape] }],
  requestReplace: [{ args: [orderId, request], shapes: [ofOrder, requestShape] }],
};
