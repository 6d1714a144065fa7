// Every write method with arguments that are new, and others that say something else under the same ids. Held to the methods
// that are not among the reads, so that a new write without an entry does not compile. Data for the tests of this folder.
import type { Audit, AuditReads } from "../audit/audit.ts";
import type { LogReads, Logs } from "../logs/logs.ts";
import type { BarBatch } from "../market-data/bar-columns.ts";
import type { MarketData, MarketDataReads } from "../market-data/market-data.ts";
import type { ExecutionReport } from "../orders/execution-report.ts";
import type { OrderReads, Orders } from "../orders/orders.ts";
import type { Portfolio, PortfolioReads } from "../portfolio/portfolio.ts";
import type { Strategies, StrategyReads } from "../strategies/strategies.ts";
import type { TradeReads, Trades } from "../trades/trades.ts";
import type { TradingData } from "../trading-data.ts";
import { createFreshRecords, start } from "./fresh-records.ts";

/** One write, in arguments of its own. */
export interface WriteCase<Args extends readonly unknown[]> {
  readonly args: Args;
  /** The same ids with other contents: conflicts. */
  readonly others: readonly Args[];
  /** What of the result is the same each time. @defaultValue all of it */
  readonly same?: ((result: unknown) => unknown) | undefined;
  /** Which of the method's forms in its inputs this is. @defaultValue 0 */
  readonly form?: number | undefined;
}

type Writes<All, Reads> = {
  readonly [Method in Exclude<keyof All, keyof Reads>]: All[Method] extends (...args: infer Args) => unknown
    ? (data: TradingData) => Promise<WriteCase<Args>>
    : never;
};

/** Reads that need one moment for several statements, and so are no reads of a replica. */
type RoundTripReads = Pick<Trades, "listRoundTrips" | "streamRoundTrips">;

/** Write methods by repository. */
export interface WriteCases {
  readonly marketData: Writes<MarketData, MarketDataReads>;
  readonly orders: Writes<Orders, OrderReads>;
  readonly trades: Writes<Trades, TradeReads & RoundTripReads>;
  readonly strategies: Writes<Strategies, StrategyReads>;
  readonly portfolio: Writes<Portfolio, PortfolioReads>;
  readonly logs: Writes<Logs, LogReads>;
  readonly audit: Writes<Audit, AuditReads>;
}

/** @returns the cases; each call of one makes records that nobody made before */
export function createWriteCases(): WriteCases {
  const { next, newOrder, newFill, newStrategy, newSnapshot, newRecord, newSeries, child } =
    createFreshRecords();
  const bar = { time: start, open: 10, high: 11, low: 9, close: 10, volume: 1 };
  const batch: BarBatch = {
    length: 1,
    time: Float64Array.of(start.epochMilliseconds * 1_000),
    open: Float64Array.of(10),
    high: Float64Array.of(11),
    low: Float64Array.of(9),
    close: Float64Array.of(10),
    volume: Float64Array.of(1),
  };
  async function* batches(): AsyncGenerator<BarBatch> {
    yield batch;
  }
  /** Counts tell what a call changed, so a second call counts otherwise. */
  const counted = (): undefined => undefined;
  const store = { source: "test" };

  const reported = async (
    data: TradingData,
    form: number,
    fields: Readonly<Record<string, unknown>>,
    other: Readonly<Record<string, unknown>>,
  ): Promise<WriteCase<[ExecutionReport]>> => {
    const order = await data.orders.submit({ ...newOrder(), symbol: next().name });
    const report = (given: Readonly<Record<string, unknown>>): [ExecutionReport] => [
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields are those of the type they name, as the server finds
      {
        order: { orderId: order.id },
        executionId: order.clientOrderId,
        transactTime: order.createdAt.add({ seconds: 1 }),
        ...given,
      } as unknown as ExecutionReport,
    ];
    return {
      args: report(fields),
      others: Object.keys(other).length === 0 ? [] : [report({ ...fields, ...other })],
      form,
      // Whether a report changed anything differs from the first time to the second.
      same: (result) => (typeof result === "object" ? { ...result, outcome: undefined } : result),
    };
  };
  const fillTerms = { quantity: "4", price: "100", settlementCurrency: "USD", source: "test" };
  const requested = async (
    data: TradingData,
  ): Promise<WriteCase<[string, { readonly expectedVersion: number }]>> => {
    const { id } = await data.orders.submit(newOrder());
    return { args: [id, { expectedVersion: 1 }], others: [[id, { expectedVersion: 2 }]] };
  };
  /** To be in a state already is no change, whatever version is named. */
  const statusChange = async (
    data: TradingData,
    ...before: readonly ("activate" | "stop")[]
  ): Promise<WriteCase<[string, { readonly reason: string }]>> => {
    const { id } = await data.strategies.create(newStrategy());
    for (const method of before) await data.strategies[method](id);
    return { args: [id, { reason: "as it is" }], others: [] };
  };

  return {
    marketData: {
      // The last revision of a bar wins, so there is no conflict.
      copyIn: async () => ({ args: [newSeries(), batch, store], others: [], same: counted }),
      upsert: async () => ({ args: [newSeries(), [bar], store], others: [], same: counted }),
      importBars: async () => ({
        args: [newSeries(), repeatable(batches), store],
        others: [],
        same: counted,
      }),
      refreshIndicators: async (data) => {
        const series = newSeries();
        await data.marketData.upsert(series, [bar], { ...store, indicators: false });
        return { args: [series, { from: start }], others: [], same: counted };
      },
    },
    orders: {
      submit: async () => {
        const order = newOrder();
        return { args: [order], others: [[{ ...order, quantity: "11" }]] };
      },
      submitMany: async () => {
        const orders = [newOrder(), newOrder()];
        return { args: [orders], others: [[orders.map((order) => ({ ...order, limitPrice: "101" }))]] };
      },
      submitBracket: async () => {
        const entry = newOrder();
        const stopLoss = child("stop", "90", null);
        const takeProfit = child("limit", null, "110");
        const bracket = { entry, stopLoss, takeProfit };
        return { args: [bracket], others: [[{ ...bracket, stopLoss: { ...stopLoss, stopPrice: "89" } }]] };
      },
      applyExecutionReport: (data) => reported(data, 5, { ...fillTerms, type: "fill" }, { price: "101" }),
      requestCancel: requested,
      requestReplace: async (data) => {
        const { id } = await data.orders.submit(newOrder());
        await data.orders.applyExecutionReport({
          type: "new",
          order: { orderId: id },
          executionId: id,
          transactTime: start,
        });
        return { args: [id, { expectedVersion: 2 }], others: [[id, { expectedVersion: 3 }]] };
      },
    },
    trades: {
      append: async () => {
        const fill = newFill();
        return { args: [fill], others: [[{ ...fill, price: "101" }], [{ ...fill, fee: "0.5" }]] };
      },
      appendMany: async () => {
        const fills = [newFill(), newFill()];
        return { args: [fills], others: [[fills.map((fill) => ({ ...fill, quantity: "2" }))]] };
      },
      copyIn: async () => {
        const fills = [newFill(), newFill()];
        return {
          args: [fills],
          others: [[fills.map((fill) => ({ ...fill, quantity: "2" }))]],
          same: counted,
        };
      },
      bust: async (data) => {
        const { id, executedAt } = await data.trades.append(newFill());
        const bustedAt = executedAt.add({ seconds: 1 });
        const bust = { bustedAt, reason: "as it is" };
        return {
          args: [id, bust],
          others: [
            [id, { ...bust, reason: "otherwise" }],
            [id, { ...bust, bustedAt: bustedAt.add({ seconds: 1 }) }],
          ],
        };
      },
      correct: async (data) => {
        const { id, executedAt } = await data.trades.append(newFill());
        const correction = { bustedAt: executedAt.add({ seconds: 1 }), price: "102", source: "test" };
        return { args: [id, correction], others: [[id, { ...correction, price: "103" }]] };
      },
    },
    strategies: {
      create: async () => {
        const strategy = newStrategy();
        return {
          args: [strategy, { reason: "as it is" }],
          others: [[{ ...strategy, kind: "another" }, {}]],
        };
      },
      update: async (data) => {
        const { id } = await data.strategies.create(newStrategy());
        const version = { expectedVersion: 1 };
        const changes = { description: next().name, symbols: ["ETH-USD"], tags: ["another"] };
        return { args: [id, changes, version], others: [[id, { description: "another" }, version]] };
      },
      setRiskLimits: async (data) => {
        const { id } = await data.strategies.create(newStrategy());
        const version = { expectedVersion: 1 };
        return {
          args: [id, { maxOpenOrders: 5 }, version],
          others: [[id, { maxOpenOrders: 6 }, version]],
        };
      },
      activate: (data) => statusChange(data),
      pause: (data) => statusChange(data, "activate"),
      stop: (data) => statusChange(data, "activate"),
      archive: (data) => statusChange(data, "activate", "stop"),
      remove: async (data) => {
        const { id } = await data.strategies.create(newStrategy());
        return { args: [id, { reason: "as it is" }], others: [] };
      },
    },
    portfolio: {
      append: async () => {
        const snapshot = newSnapshot();
        return { args: [snapshot], others: [[{ ...snapshot, cash: "99" }]] };
      },
      appendMany: async () => {
        const snapshots = [newSnapshot(), newSnapshot()];
        return { args: [snapshots], others: [[snapshots.map((one) => ({ ...one, equity: "99" }))]] };
      },
      takeSnapshot: async () => {
        const { equity: _, ...snapshot } = newSnapshot();
        const request = {
          ...snapshot,
          equityBasis: "net_exposure",
          marks: [{ exchange: "XTEST", symbol: "BTC-USD", price: "100" }],
        } as const;
        return { args: [request], others: [[{ ...request, cash: "99" }]] };
      },
    },
    logs: {
      append: async () => {
        const record = newRecord();
        return { args: [record], others: [[{ ...record, message: "another" }]] };
      },
      appendMany: async () => {
        const records = [newRecord(), newRecord()];
        return { args: [records], others: [[records.map((one) => ({ ...one, level: "warn" as const }))]] };
      },
    },
    audit: {
      append: async () => {
        const { id, at, name } = next();
        const record = { id, occurredAt: at, action: "restart", entityType: "service", entityId: name };
        return { args: [record], others: [[{ ...record, action: "stop" }]] };
      },
    },
  };
}

/** A stream that begins anew each time it is read. */
function repeatable<Item>(generate: () => AsyncGenerator<Item>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: generate };
}
