// How the time of a call grows with the data: the same calls on a database with ten times as many rows of everything, over as many days.
// What is bounded and answered by an index grows by a step of a tree, not by ten.
import { connect, type TradingData } from "@app/repositories";
import { type Finding, judgeRatio, latencyOf } from "../measuring/finding.ts";
import { measureInterleaved, type Sampled } from "../measuring/interleaved.ts";
import { BUSY } from "../seeding/by-sql/fills-and-orders.ts";
import { LONG_SERIES } from "../seeding/by-sql/bars.ts";
import type { Gate, GateContext } from "./gate.ts";

/** A call that is compared over both sizes. */
export interface GrowthRead {
  readonly name: string;
  /** @returns the call, with keys of this database */
  prepare(this: void, data: TradingData): Promise<() => Promise<unknown>>;
}

/** How many times as many rows. */
export const GROWTH_SCALE = 10;

const MOST_GROWTH = 1.5;
const CALLS = 30;

async function busyKeys({
  query,
  strategies,
}: TradingData): Promise<Record<"strategyId" | "order" | "trade", string>> {
  const { id: strategyId } = await strategies.getByName(BUSY.strategy);
  const { rows } = await query<{ readonly order: string; readonly trade: string }>(
    `select (select id from orders where strategy_id = $1 order by created_at desc limit 1) as order,
       (select id from trades where strategy_id = $1 order by executed_at desc limit 1) as trade`,
    [strategyId],
  );
  const [keys] = rows;
  if (keys === undefined) throw new Error("The fills were not seeded.");
  return { strategyId, ...keys };
}

const of = (
  name: string,
  read: (data: TradingData, keys: Awaited<ReturnType<typeof busyKeys>>) => Promise<unknown>,
): GrowthRead => ({
  name,
  async prepare(data) {
    const keys = await busyKeys(data);
    return () => read(data, keys);
  },
});

/** Reads of a fixed number of rows, one of each kind of key. */
export const GROWTH_READS: readonly GrowthRead[] = [
  of("marketData.latestBar", ({ marketData }) => marketData.latestBar(LONG_SERIES)),
  of("marketData.lastBars, 500", ({ marketData }) => marketData.lastBars(LONG_SERIES, 500)),
  of("orders.get", ({ orders }, { order }) => orders.get(order)),
  of("trades.get", ({ trades }, { trade }) => trades.get(trade)),
  of("trades.list, 20 of an account", ({ trades }) => trades.list({ account: BUSY.account }, { limit: 20 })),
  of("trades.list, 20 of a strategy", ({ trades }, { strategyId }) =>
    trades.list({ strategyId }, { limit: 20 }),
  ),
  of("positions.listOpen", ({ positions }) => positions.listOpen({ account: BUSY.account }, { limit: 20 })),
];

async function* compare(
  { effort, record }: GateContext,
  reads: readonly GrowthRead[],
  small: TradingData,
  large: TradingData,
): AsyncGenerator<Finding, void, undefined> {
  for (const { name, prepare } of reads) {
    const [at1, at10] = await measureInterleaved(
      [
        { name: "1x", run: await prepare(small) },
        { name: `${GROWTH_SCALE}x`, run: await prepare(large) },
      ],
      { rounds: effort.rounds, calls: CALLS, warmUpCalls: CALLS },
    );
    if (at1 === undefined || at10 === undefined) continue;
    const point = (scale: number, sampled: Sampled) => ({
      scale,
      medianMilliseconds: latencyOf(sampled).median,
    });
    record.growth.set(name, { workload: name, points: [point(1, at1), point(GROWTH_SCALE, at10)] });
    yield judgeRatio(
      { benchmark: "growth", subject: name, bound: { kind: "at most", value: MOST_GROWTH } },
      at10,
      at1,
    );
  }
}

/** @returns the gate of growth over these reads */
export function createGrowthGate(reads: readonly GrowthRead[] = GROWTH_READS): Gate {
  return {
    name: "growth",
    needsServer: true,
    about: `the same calls over ${GROWTH_SCALE} times the data`,
    async *run(context) {
      const { few, many } = await context.own.scales();
      await using small = connect({ database: few.url, poolSize: 1 });
      await using large = connect({ database: many.url, poolSize: 1 });
      yield* compare(context, reads, small, large);
    },
  };
}
