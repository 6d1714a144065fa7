// What the repositories of trades and of positions take: every method with valid arguments and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { Positions } from "../positions/positions.ts";
import type { PositionKey } from "../positions/position-key.ts";
import type { NewFill } from "../trades/trade.ts";
import type { Trades } from "../trades/trades.ts";
import {
  bound,
  code,
  cursor,
  day,
  decimal,
  flag,
  formed,
  id,
  json,
  limit,
  moment,
  named,
  rowId,
  text,
  whole,
  word,
} from "./input-kind.ts";
import type { Contract, Shape } from "./method-case.ts";

const executedAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = executedAt.add({ hours: 1 });
const strategyId = createId(executedAt);
const tradeId = createId(executedAt);

const terms = {
  quantity: "1",
  price: "100",
  contractMultiplier: "1",
  settlementCurrency: "USD",
  fee: "0.1",
  feeCurrency: "USD",
  liquidity: "maker",
  strategyId,
  orderId: createId(executedAt),
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

const termsShape = {
  quantity: decimal.positive,
  price: decimal.positive,
  contractMultiplier: decimal.positive,
  settlementCurrency: formed(12),
  fee: decimal.any,
  feeCurrency: formed(12),
  liquidity: word,
  strategyId: id,
  orderId: id,
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

const key = {
  exchange: "XTEST",
  account: "main",
  symbol: "BTC-USD",
  side: "buy",
  exchangeTradeId: "trade",
} as const;

const keyShape = {
  exchange: code(50),
  account: code(100),
  symbol: code(100),
  side: word,
  exchangeTradeId: code(200),
};

const fill: Required<NewFill> = { ...terms, ...key, executedAt, id: tradeId, correction: 0 };
const fillShape: Shape<NewFill> = {
  ...termsShape,
  ...keyShape,
  executedAt: moment,
  id: rowId,
  correction: whole(0, 32_767),
};

const position: PositionKey = { strategyId, account: "main", exchange: "XTEST", symbol: "BTC-USD" };
const positionShape = { strategyId: id, account: code(100), exchange: code(50), symbol: code(100) };
const inSelection = {
  strategyId: named("strategyId", id),
  account: named("account", code(100)),
  exchange: named("exchange", code(50)),
  symbol: named("symbol", code(100)),
};

const page = { limit: 10, cursor: undefined };
const pageShape = { limit: limit(), cursor };
const filter = { side: "buy", pnl: "profit", from: executedAt, to: later, includeBusted: true } as const;
const filterShape = { side: word, pnl: word, from: bound, to: bound, includeBusted: flag };
const instrument = { exchange: "XTEST", symbol: "BTC-USD" };
const instrumentShape = { exchange: code(50), symbol: code(100) };
const ofTwoOwners = { argument: 0, values: { account: "main", strategyId }, field: "owner" };
const withASymbol = { argument: 0, values: { account: "main", symbol: "BTC-USD" }, field: "owner" };
const ofTwoScopes = [
  { ...ofTwoOwners, field: "scope" },
  { ...withASymbol, field: "scope" },
  { argument: 0, values: { orderId: tradeId, account: "main" }, field: "scope" },
  { argument: 0, values: { position, account: "main" }, field: "scope" },
];
const trips = { from: executedAt, to: later, timeframe: "1m" } as const;
const tripsShape = { from: bound, to: bound, timeframe: word };
const bust = { bustedAt: later, reason: "as it is" };
const bustShape = { bustedAt: moment, reason: text(10_000) };
const days = { firstDay: "2026-03-02", lastDay: "2026-03-03", resolution: "day" } as const;
const daysShape = { firstDay: day, lastDay: day, resolution: word };
const range = { from: executedAt, to: later };
const rangeShape = { from: bound, to: bound };
const reversed = { argument: 1, values: { from: later, to: executedAt }, field: "to" };

/** Every method of the repository of trades. */
export const tradeInputs: Contract<Trades> = {
  append: [{ args: [fill], shapes: [fillShape] }],
  appendMany: [{ args: [[fill]], shapes: [[fillShape]], prefixes: ["fills"] }],
  copyIn: [
    {
      args: [[fill], { batchSize: 10 }],
      shapes: [[fillShape], { batchSize: whole(1, 100_000) }],
      prefixes: ["fills"],
    },
  ],
  bust: [{ args: [tradeId, bust], shapes: [named("tradeId", id), bustShape] }],
  correct: [
    {
      args: [tradeId, { ...terms, ...bust }],
      shapes: [named("tradeId", id), { ...termsShape, ...bustShape }],
    },
  ],
  get: [{ args: [tradeId], shapes: [named("tradeId", id)] }],
  find: [{ args: [tradeId], shapes: [named("tradeId", id)] }],
  getByExchangeTradeId: [{ args: [key, { from: executedAt }], shapes: [keyShape, { from: bound }] }],
  findByExchangeTradeId: [{ args: [key, { from: executedAt }], shapes: [keyShape, { from: bound }] }],
  list: [
    {
      args: [{ strategyId }, { ...filter, ...page }],
      shapes: [{ strategyId: id }, { ...filterShape, ...pageShape }],
      wrongTogether: [reversed],
    },
    {
      args: [{ account: "main" }, { ...filter, ...page }],
      shapes: [{ account: code(100) }, { ...filterShape, ...pageShape }],
      wrongTogether: [reversed, ...ofTwoScopes],
    },
    {
      args: [instrument, { ...filter, ...page }],
      shapes: [instrumentShape, { ...filterShape, ...pageShape }],
      wrongTogether: [reversed],
    },
    {
      args: [{ orderId: tradeId }, { ...filter, ...page }],
      shapes: [{ orderId: id }, { ...filterShape, ...pageShape }],
      wrongTogether: [reversed],
    },
    {
      args: [{ position }, { ...filter, ...page }],
      shapes: [{ position: inSelection }, { ...filterShape, ...pageShape }],
      wrongTogether: [reversed],
    },
  ],
  listBusted: [
    {
      args: [{ ...range, ...page }],
      shapes: [{ ...rangeShape, ...pageShape }],
      wrongTogether: [{ ...reversed, argument: 0 }],
    },
  ],
  stream: [
    {
      args: [{ account: "main" }, filter],
      shapes: [{ account: code(100) }, filterShape],
      wrongTogether: [reversed, ...ofTwoScopes],
    },
  ],
  realizedPnl: [
    {
      args: [{ account: "main" }, days],
      shapes: [{ account: code(100) }, daysShape],
      wrongTogether: [
        { argument: 1, values: { firstDay: "2026-03-03", lastDay: "2026-03-02" }, field: "lastDay" },
      ],
    },
    { args: [{ strategyId }, days], shapes: [{ strategyId: id }, daysShape], wrongTogether: [ofTwoOwners] },
  ],
  streamRealizedPnl: [
    {
      args: [{ account: "main" }, range],
      shapes: [{ account: code(100) }, rangeShape],
      wrongTogether: [reversed],
    },
    { args: [{ strategyId }, range], shapes: [{ strategyId: id }, rangeShape], wrongTogether: [ofTwoOwners] },
  ],
  listRoundTrips: [
    {
      args: [position, { ...trips, ...page }],
      shapes: [positionShape, { ...tripsShape, ...pageShape }],
      wrongTogether: [reversed],
    },
  ],
  streamRoundTrips: [
    { args: [position, trips], shapes: [positionShape, tripsShape], wrongTogether: [reversed] },
  ],
};

/** Every method of the repository of positions. */
export const positionInputs: Contract<Positions> = {
  get: [{ args: [position], shapes: [positionShape] }],
  find: [{ args: [position], shapes: [positionShape] }],
  listOpen: [
    {
      args: [{ account: "main" }, page],
      shapes: [{ account: code(100) }, pageShape],
      wrongTogether: [ofTwoOwners, withASymbol],
    },
    { args: [{ strategyId }, page], shapes: [{ strategyId: id }, pageShape] },
    { args: [instrument, page], shapes: [instrumentShape, pageShape] },
  ],
  listFills: [
    {
      args: [position, { ...page, includeBusted: true }],
      shapes: [positionShape, { ...pageShape, includeBusted: flag }],
    },
  ],
  streamFills: [
    { args: [position, { includeBusted: true }], shapes: [positionShape, { includeBusted: flag }] },
  ],
  value: [
    {
      args: [position, { price: "100" }],
      shapes: [positionShape, { price: decimal.positive }],
      wrongTogether: [{ argument: 1, values: { timeframe: "1m" }, field: "mark" }],
    },
    { args: [position, { timeframe: "1m" }], shapes: [positionShape, { timeframe: word }] },
  ],
};
