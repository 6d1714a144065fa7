// What the repository of strategies takes, performance included: every method with valid arguments and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { PerformanceOptions } from "../strategies/performance-options.ts";
import type { Strategies } from "../strategies/strategies.ts";
import {
  bound,
  code,
  cursor,
  day,
  decimal,
  formed,
  id,
  jsonObject,
  limit,
  measure,
  moment,
  named,
  rowId,
  text,
  whole,
  word,
} from "./input-kind.ts";
import type { Contract, MethodCase, Shape } from "./method-case.ts";

const createdAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = createdAt.add({ hours: 48 });
const strategyId = createId(createdAt);

const limits = {
  maxOrderNotional: "1000",
  maxPositionNotional: "10000",
  maxDailyLoss: "100",
  maxDrawdownPercentage: "20",
  maxLeverage: "3",
  maxOpenOrders: 5,
};
const upTo = (most: string) => ({ bad: [...decimal.positive.bad, most] });
const limitsShape = {
  maxOrderNotional: decimal.positive,
  maxPositionNotional: decimal.positive,
  maxDailyLoss: decimal.positive,
  maxDrawdownPercentage: upTo("100.000000000000000001"),
  maxLeverage: upTo("1000.000000000000000001"),
  maxOpenOrders: whole(1, 2_147_483_647),
};

const changes = {
  ...limits,
  name: "strategy",
  description: "what it does",
  kind: "test",
  baseCurrency: "USD",
  configuration: { mode: "low" },
  symbols: ["BTC-USD"],
  tags: ["tag"],
  investmentDecisionAlgorithmId: "algorithm",
  executionAlgorithmId: "algorithm",
  decisionMakerId: "person",
};
const changesShape = {
  ...limitsShape,
  name: code(200),
  description: text(1_000_000),
  kind: code(100),
  baseCurrency: formed(12),
  configuration: jsonObject,
  symbols: [code(100)],
  tags: [code(100)],
  investmentDecisionAlgorithmId: code(100),
  executionAlgorithmId: code(100),
  decisionMakerId: code(100),
} as const;

const context = { actor: "somebody", reason: "as it is", correlationId: "correlation" };
const contextShape = { actor: code(200), reason: text(10_000), correlationId: code(200) };
const version = whole(1, 2_147_483_647);
const statusChange: Strategies["activate"] extends (...args: infer Args) => unknown
  ? readonly [MethodCase<Args>]
  : never = [
  {
    args: [strategyId, { ...context, expectedVersion: 1 }],
    shapes: [named("id", id), { ...contextShape, expectedVersion: version }],
  },
];

const page = { limit: 10, cursor: undefined };
const pageShape = { limit: limit(), cursor };
const given = { kind: undefined, symbol: undefined, tag: undefined, configuration: undefined };
const none = { bad: [] };
const filterShape = {
  ...pageShape,
  status: word,
  kind: none,
  symbol: none,
  tag: none,
  configuration: none,
};
const filter = { ...page, ...given, status: "active" } as const;

const rates = { riskFreeRate: 0.01, targetRate: 0.01, referenceSharpe: 0, periodsPerYear: 365 };
const performanceShape = {
  from: bound,
  to: bound,
  currency: formed(12),
  account: code(100),
  calendar: word,
  riskFreeRate: measure(-0.99, 10),
  targetRate: measure(-0.99, 10),
  referenceSharpe: measure(-1_000, 1_000),
  periodsPerYear: measure(1, 1_000),
};
const measured = (
  options: Required<PerformanceOptions>,
  shape: Shape<PerformanceOptions>,
): MethodCase<[string, PerformanceOptions]> => ({
  args: [strategyId, options],
  shapes: [named("strategyId", id), shape],
  wrongTogether: [
    { argument: 1, values: { from: later, to: createdAt }, field: "to" },
    { argument: 1, values: { to: createdAt.add({ hours: 36_525 * 24 + 1 }) }, field: "to" },
    { argument: 1, values: { capital: { initialCapital: "1000", account: "main" } }, field: "capital" },
    { argument: 1, values: { capital: {} }, field: "capital" },
    {
      argument: 1,
      values: {
        benchmark: { levels: [{ day: "2026-03-01", level: 100 }], exchange: "XTEST", symbol: "SPX" },
      },
      field: "benchmark",
    },
    { argument: 1, values: { benchmark: { levels: [], symbol: "SPX" } }, field: "benchmark" },
  ],
});
const complete = (
  options: Pick<PerformanceOptions, "capital" | "benchmark">,
): Required<PerformanceOptions> => ({
  capital: undefined,
  benchmark: undefined,
  account: "main",
  calendar: "all",
  from: createdAt,
  to: later,
  currency: "USD",
  ...rates,
  ...options,
});

/** Every method of the repository of strategies. */
export const strategyInputs: Contract<Strategies> = {
  create: [
    {
      args: [{ ...changes, id: strategyId, createdAt }, context],
      shapes: [{ ...changesShape, id: rowId, createdAt: moment }, contextShape],
    },
  ],
  update: [
    {
      args: [strategyId, changes, { ...context, expectedVersion: 1 }],
      shapes: [named("id", id), changesShape, { ...contextShape, expectedVersion: version }],
    },
  ],
  setRiskLimits: [
    {
      args: [strategyId, limits, { ...context, expectedVersion: 1 }],
      shapes: [named("id", id), limitsShape, { ...contextShape, expectedVersion: version }],
    },
  ],
  activate: statusChange,
  pause: statusChange,
  stop: statusChange,
  archive: statusChange,
  remove: [{ args: [strategyId, context], shapes: [named("id", id), contextShape] }],
  get: [{ args: [strategyId], shapes: [named("id", id)] }],
  find: [{ args: [strategyId], shapes: [named("id", id)] }],
  getByName: [{ args: ["strategy"], shapes: [named("name", code(200))] }],
  findByName: [{ args: ["strategy"], shapes: [named("name", code(200))] }],
  list: [
    {
      args: [{ ...filter, kind: "test" }],
      shapes: [{ ...filterShape, kind: code(100) }],
      wrongTogether: [
        { argument: 0, values: { symbol: "BTC-USD" }, field: "symbol" },
        { argument: 0, values: { tag: "tag" }, field: "tag" },
        { argument: 0, values: { configuration: { mode: "low" } }, field: "configuration" },
      ],
    },
    { args: [{ ...filter, symbol: "BTC-USD" }], shapes: [{ ...filterShape, symbol: code(100) }] },
    { args: [{ ...filter, tag: "tag" }], shapes: [{ ...filterShape, tag: code(100) }] },
    {
      args: [{ ...filter, status: ["active"], configuration: { mode: "low" } }],
      shapes: [{ ...filterShape, status: [word], configuration: jsonObject }],
    },
    { args: [filter], shapes: [filterShape] },
  ],
  stream: [
    {
      args: [{ ...given, status: "active", tag: "tag" }],
      shapes: [{ status: word, kind: none, symbol: none, tag: code(100), configuration: none }],
    },
  ],
  listActive: [{ args: [page], shapes: [pageShape] }],
  getRiskLimits: [{ args: [strategyId], shapes: [named("id", id)] }],
  findRiskLimits: [{ args: [strategyId], shapes: [named("id", id)] }],
  riskUsage: [{ args: [strategyId, { at: later }], shapes: [named("strategyId", id), { at: bound }] }],
  performance: [
    measured(complete({ capital: { initialCapital: "1000" } }), {
      ...performanceShape,
      capital: { initialCapital: decimal.positive },
      benchmark: none,
    }),
    measured(complete({ capital: { account: "main" } }), {
      ...performanceShape,
      capital: { account: code(100) },
      benchmark: none,
    }),
    measured(complete({ benchmark: { levels: [{ day: "2026-03-01", level: 100 }] } }), {
      ...performanceShape,
      capital: none,
      benchmark: { levels: [{ day, level: measure(Number.MIN_VALUE, Number.MAX_VALUE) }] },
    }),
    measured(complete({ benchmark: { exchange: "XTEST", symbol: "SPX" } }), {
      ...performanceShape,
      capital: none,
      benchmark: { exchange: code(50), symbol: code(100) },
    }),
  ],
  fillStreaks: [
    {
      args: [strategyId, { from: createdAt, to: later, currency: "USD", account: "main" }],
      shapes: [named("strategyId", id), { from: bound, to: bound, currency: formed(12), account: code(100) }],
      wrongTogether: [{ argument: 1, values: { from: later, to: createdAt }, field: "to" }],
    },
  ],
  leaderboard: [
    {
      args: [{ firstDay: "2026-03-01", lastDay: "2026-03-02", currency: "USD", limit: 10 }],
      shapes: [{ firstDay: day, lastDay: day, currency: formed(12), limit: limit() }],
      wrongTogether: [
        { argument: 0, values: { firstDay: "2026-03-02", lastDay: "2026-03-01" }, field: "lastDay" },
        { argument: 0, values: { firstDay: "1900-01-01", lastDay: "2009-07-08" }, field: "lastDay" },
      ],
    },
  ],
};
