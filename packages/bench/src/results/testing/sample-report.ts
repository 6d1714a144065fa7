// A made-up report of the size and shape of a real one, for tests of what is made from reports. Its figures were drawn, not measured, and
// its machine says so.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Finding, judge, judgeRatio, type Measured } from "../../measuring/finding.ts";
import { histogramOf } from "../../measuring/latency-histogram.ts";
import { median, quantile } from "../../measuring/quantile.ts";
import type { BenchReport, WorkloadResult } from "../bench-report.ts";

/** Draws from a lognormal distribution, whose tail is like that of latencies. */
type DrawLatency = (middle: number, deviation: number) => number;

function createDraw(seed: number): DrawLatency {
  const generator = xoroshiro128plus(seed);
  // Box and Muller, 1958.
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) *
    Math.cos(2 * Math.PI * uniformFloat64(generator));
  return (middle, deviation) => middle * Math.exp(deviation * normal());
}

interface SampleWorkload extends Pick<WorkloadResult, "name" | "class" | "temperature"> {
  /** Milliseconds. */
  readonly middle: number;
  readonly deviation: number;
  readonly rows: number | undefined;
}

const WORKLOADS: readonly SampleWorkload[] = [
  {
    name: "market_data.read_range",
    class: "market_data",
    temperature: "warm",
    middle: 1.6,
    deviation: 0.3,
    rows: 500,
  },
  {
    name: "market_data.read_last",
    class: "market_data",
    temperature: "warm",
    middle: 1.1,
    deviation: 0.35,
    rows: 500,
  },
  {
    name: "market_series.latest",
    class: "market_data",
    temperature: "warm",
    middle: 0.35,
    deviation: 0.4,
    rows: 1,
  },
  {
    name: "market_series.latest_of_exchange",
    class: "market_data",
    temperature: "warm",
    middle: 1.9,
    deviation: 0.3,
    rows: 500,
  },
  {
    name: "market_data.read_range",
    class: "market_data",
    temperature: "cold",
    middle: 6.2,
    deviation: 0.45,
    rows: 500,
  },
  { name: "trades.get", class: "trade_history", temperature: "warm", middle: 0.5, deviation: 0.4, rows: 1 },
  {
    name: "trades.list_by_strategy",
    class: "trade_history",
    temperature: "warm",
    middle: 2.4,
    deviation: 0.4,
    rows: 100,
  },
  {
    name: "orders.list_by_account",
    class: "trade_history",
    temperature: "warm",
    middle: 3.1,
    deviation: 0.65,
    rows: 100,
  },
  {
    name: "trades.get",
    class: "trade_history",
    temperature: "first_call",
    middle: 9,
    deviation: 0.3,
    rows: 1,
  },
  {
    name: "strategies.performance",
    class: "strategy_metrics",
    temperature: "warm",
    middle: 4.4,
    deviation: 0.4,
    rows: 1_260,
  },
  {
    name: "strategies.leaderboard",
    class: "strategy_metrics",
    temperature: "warm",
    middle: 5.8,
    deviation: 0.35,
    rows: 50,
  },
  {
    name: "orders.append",
    class: "write",
    temperature: "warm",
    middle: 1.4,
    deviation: 0.5,
    rows: undefined,
  },
  {
    name: "trades.record",
    class: "write",
    temperature: "warm",
    middle: 2.2,
    deviation: 0.5,
    rows: undefined,
  },
  {
    name: "logs.list_by_level",
    class: "operations",
    temperature: "warm",
    middle: 2.7,
    deviation: 0.4,
    rows: 200,
  },
  { name: "trading_day", class: "mixed", temperature: "warm", middle: 1.8, deviation: 0.7, rows: undefined },
];

const CALLS = 4_000;

function drawWorkload(sample: SampleWorkload, draw: DrawLatency): WorkloadResult {
  const latencies = Array.from({ length: CALLS }, () => draw(sample.middle, sample.deviation));
  return {
    name: sample.name,
    class: sample.class,
    temperature: sample.temperature,
    connections: 20,
    intendedRate: 400,
    achievedRate: 399.2,
    latency: {
      calls: CALLS,
      median: median(latencies),
      p95: quantile(latencies, 0.95),
      p99: quantile(latencies, 0.99),
    },
    histogram: histogramOf(latencies),
    rows: sample.rows,
  };
}

const ROUNDS = 9;
const CALLS_OF_ROUND = 60;

function drawRatio(measured: Measured, reference: string, ratio: number, draw: DrawLatency): Finding {
  const rounds = (middle: number): readonly (readonly number[])[] =>
    Array.from({ length: ROUNDS }, () => {
      const ofRound = draw(middle, 0.06);
      return Array.from({ length: CALLS_OF_ROUND }, () => draw(ofRound, 0.2));
    });
  const isSpeed = measured.bound?.kind === "at least";
  const own = { name: measured.subject, rounds: rounds(isSpeed ? 1 / ratio : ratio) };
  return judgeRatio(measured, own, { name: reference, rounds: rounds(1) }, isSpeed);
}

function drawFindings(draw: DrawLatency): readonly Finding[] {
  const atMost = (value: number) => ({ kind: "at most", value }) as const;
  const atLeast = (value: number) => ({ kind: "at least", value }) as const;
  const of = (
    benchmark: string,
    subject: string,
    reference: string,
    ratio: number,
    bound: Measured["bound"],
  ): Finding => drawRatio({ benchmark, subject, bound }, reference, ratio, draw);
  return [
    of("bars", "marketData.listBars, 500 bars", "row objects", 0.28, atMost(0.35)),
    of("bars", "marketData.listBars, 5,000 bars", "row objects", 0.31, atMost(0.25)),
    of("latest", "marketData.latestBar", "the newest row of the bars table", 0.14, atMost(1)),
    of("rows", "orders.list, 100 of a strategy", "node-postgres", 0.98, atMost(1.1)),
    of("rows", "trades.list, 1,000 of a strategy", "node-postgres", 1.18, undefined),
    of("paging", "page 10,000 of 50 fills", "page 1", 1.02, atMost(1.1)),
    of("chunks", "trades.list by strategy, 2,556 daily chunks", "10 daily chunks", 1.08, atMost(1.2)),
    of("copy", "marketData.copyIn of 100,000 bars, speed", "the server's COPY", 0.97, atLeast(0.9)),
    judge(
      { benchmark: "stream", subject: "1,000,000 bars, resident memory added", bound: atMost(64) },
      41.7,
      "MiB",
      { spread: [38.6, 49], interval: [39.2, 46.1] },
    ),
  ];
}

const PLAN = `Limit  (cost=0.43..312.18 rows=100 width=286) (actual time=0.412..8.204 rows=100.00 loops=1)
  Buffers: shared hit=1184 read=37
  ->  Custom Scan (ChunkAppend) on orders  (cost=0.43..3114.20 rows=1000 width=286) (actual time=0.411..8.187 rows=100.00 loops=1)
        Order: orders.created_at DESC, orders.id DESC
        Startup Exclusion: false
        ->  Index Scan Backward using _hyper_3_2556_chunk_orders_account_created_at_idx on _hyper_3_2556_chunk  (cost=0.29..41.77 rows=40 width=286) (actual time=0.031..0.188 rows=40.00 loops=1)
              Index Cond: ((account = 'main'::text) AND (created_at < '2026-11-26 00:00:00+00'::timestamp with time zone))
              Index Searches: 1
              Buffers: shared hit=46
Planning:
  Buffers: shared hit=212
Planning Time: 1.204 ms
Execution Time: 8.311 ms`;

/**
 * A report as a run of the whole suite leaves it.
 * @param seed the same seed draws the same figures
 */
export function sampleReport(seed = 1): BenchReport {
  const draw = createDraw(seed);
  return {
    format: 3,
    startedAt: "2026-11-26T06:00:00Z",
    finishedAt: "2026-11-26T06:24:31Z",
    machine: {
      platform: "linux",
      architecture: "x64",
      processor: "Sample processor, not a machine",
      cores: 2,
      memoryBytes: 8_589_934_592,
      node: "26.10.0",
      nodeOptions: "--max-semi-space-size=2",
    },
    server: {
      edition: "timescale",
      postgresVersion: "18.6",
      timescaleVersion: "2.29.2",
      settings: { shared_buffers: "1GB", work_mem: "16MB", synchronous_commit: "on", jit: "off" },
    },
    dataset: {
      profile: "full",
      seed: 42,
      rowsByTable: {
        market_data: 1_100_000,
        orders: 220_000,
        trades: 550_000,
        portfolio_snapshots: 60_000,
        system_logs: 200_000,
      },
      seeding: { seconds: 184, barsPerSecond: 61_000 },
    },
    findings: drawFindings(draw),
    workloads: WORKLOADS.map((sample) => drawWorkload(sample, draw)),
    compression: [
      { table: "market_data", chunksInColumns: 92, bytesBefore: 412_000_000, bytesAfter: 61_800_000 },
      { table: "order_events", chunksInColumns: 2_549, bytesBefore: 148_000_000, bytesAfter: 23_700_000 },
      { table: "orders", chunksInColumns: 2_549, bytesBefore: 121_000_000, bytesAfter: 10_900_000 },
      { table: "portfolio_snapshots", chunksInColumns: 366, bytesBefore: 88_000_000, bytesAfter: 9_700_000 },
      { table: "system_logs", chunksInColumns: 366, bytesBefore: 193_000_000, bytesAfter: 9_650_000 },
      { table: "trades", chunksInColumns: 2_549, bytesBefore: 310_000_000, bytesAfter: 31_000_000 },
    ],
    growth: [
      { workload: "trades.get", points: grown(0.41, [1, 1.01, 1.03, 1.04]) },
      { workload: "trades.list_by_strategy", points: grown(2.2, [1, 1.02, 1.06, 1.09]) },
      { workload: "strategies.performance", points: grown(3.9, [1, 1.08, 1.22, 1.55]) },
    ],
    indexUse: {
      queries: 64,
      sequential: [],
      unusedIndexes: ["public.system_logs.system_logs_correlation_id_idx"],
    },
    slowest: { workload: "orders.list_by_account, warm, 20 connections", p99Milliseconds: 13.9, plan: PLAN },
  };
}

function grown(base: number, factors: readonly number[]): BenchReport["growth"][number]["points"] {
  return factors.map((factor, step) => ({ scale: 10 ** step, medianMilliseconds: base * factor }));
}
