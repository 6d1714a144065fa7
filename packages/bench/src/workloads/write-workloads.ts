// What a trading backend writes, as workloads, through the repositories: an order submitted, a fill reported, a few bars, a batch of log
// records. They go to an account, an exchange and a strategy of their own, which no other workload reads.
// Invariant: every call writes something new; none is answered as one that was sent before.
import { createId, now, type TradingData } from "@app/repositories";
import type { Draw } from "./draw.ts";
import type { Workload } from "./workload.ts";
import { WRITER } from "./writer.ts";

const SYMBOLS = 50;
const BARS = 10;
const LOG_RECORDS = 50;
const MINUTE_MICROSECONDS = 60_000_000;
const CURRENCY = "USD";

async function strategyOf({ strategies }: TradingData): Promise<string> {
  const found = await strategies.findByName(WRITER.strategy);
  if (found !== undefined) return found.id;
  const createdAt = now().round({ smallestUnit: "millisecond", roundingMode: "floor" });
  const { id } = await strategies.create({
    id: createId(createdAt),
    createdAt,
    name: WRITER.strategy,
    kind: "bench",
    baseCurrency: CURRENCY,
  });
  return id;
}

/** @returns the writes, and their strategy made where it was not there */
export async function createWriteWorkloads(data: TradingData, draw: Draw): Promise<readonly Workload[]> {
  const strategyId = await strategyOf(data);
  const { orders, marketData, logs } = data;
  // Names of this run: a reused database has those of others.
  const run = createId(now()).slice(0, 18);
  let count = 0;
  const lastBars = new Map<string, number>();
  const symbol = (): string => `W${draw.between(0, SYMBOLS - 1)}`;

  const newOrder = () => {
    count += 1;
    const createdAt = now().round({ smallestUnit: "millisecond", roundingMode: "floor" });
    return {
      id: createId(createdAt),
      createdAt,
      account: WRITER.account,
      strategyId,
      exchange: WRITER.exchange,
      symbol: symbol(),
      clientOrderId: `${run}-${count}`,
      side: draw.between(0, 1) === 0 ? ("buy" as const) : ("sell" as const),
      type: "limit" as const,
      quantity: "10",
      limitPrice: `${100 + draw.between(0, 99) / 100}`,
      source: "bench",
    };
  };

  return [
    {
      name: "orders.submit",
      class: "write",
      async run() {
        await orders.submit(newOrder());
        return undefined;
      },
    },
    {
      // The order it fills is submitted first, as part of the call.
      name: "orders.submit and a fill reported",
      class: "write",
      async run() {
        const order = await orders.submit(newOrder());
        await orders.applyExecutionReport({
          type: "fill",
          order: { orderId: order.id },
          executionId: `execution ${order.clientOrderId}`,
          transactTime: now(),
          quantity: "10",
          price: "100.5",
          settlementCurrency: CURRENCY,
          fee: "0.01",
          feeCurrency: CURRENCY,
          source: "bench",
        });
        return undefined;
      },
    },
    {
      name: `marketData.upsert, ${BARS} bars`,
      class: "write",
      async run() {
        const of = symbol();
        const series = { exchange: WRITER.exchange, symbol: of, timeframe: "1m" } as const;
        const first = lastBars.get(of) ?? (await lastBarOf(data, series)) + MINUTE_MICROSECONDS;
        const begin = Math.max(first, lastBars.get(of) ?? first);
        lastBars.set(of, begin + BARS * MINUTE_MICROSECONDS);
        const bars = Array.from({ length: BARS }, (_, place) => ({
          time: Temporal.Instant.fromEpochMilliseconds((begin + place * MINUTE_MICROSECONDS) / 1_000),
          open: 100,
          high: 101,
          low: 99,
          close: 100 + (place % 3) / 10,
          volume: 5,
        }));
        await marketData.upsert(series, bars, { source: "bench", indicators: false });
        return undefined;
      },
    },
    {
      name: `logs.appendMany, ${LOG_RECORDS} records`,
      class: "write",
      async run() {
        await logs.appendMany(
          Array.from({ length: LOG_RECORDS }, (_, place) => ({
            level: "info" as const,
            component: WRITER.account,
            message: `record ${place} of a batch`,
            strategyId,
            context: { place },
          })),
        );
        return undefined;
      },
    },
  ];
}

async function lastBarOf(
  { marketData }: TradingData,
  series: { readonly exchange: string; readonly symbol: string; readonly timeframe: "1m" },
): Promise<number> {
  const last = await marketData.latestBar(series);
  const start = now()
    .subtract({ hours: 5 * 24 })
    .round({ smallestUnit: "minute", roundingMode: "floor" });
  return (last?.time ?? start).epochMilliseconds * 1_000;
}
