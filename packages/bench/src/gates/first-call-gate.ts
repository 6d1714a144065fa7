// The first calls of a statement on a connection that is new, where catalogues are read and the statement is prepared; and the sixth, where
// PostgreSQL tries a plan for all values (plan_cache_mode = auto): over many chunks that one call takes a hundred milliseconds, so our
// sessions keep few plans, and none where chunks are. The sixth is judged, as a ratio within a connection; the first is for information.
import { connect, type TradingData } from "@app/repositories";
import { type Finding, judge, latencyOf } from "../measuring/finding.ts";
import { histogramOf } from "../measuring/latency-histogram.ts";
import { median } from "../measuring/quantile.ts";
import { intervalOfMedian } from "../measuring/resampling.ts";
import { catalogueEntry } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

/** One query over bars, orders, fills, the roll-up, and the roll-up with fills each. */
const FIRST_CALLS = [
  "market_data.list_bars",
  "orders.list_by_strategy",
  "trades.list_by_strategy",
  "strategies.performance",
  "strategies.performance_with_ends",
] as const;

/** The server makes five plans for their own values before it tries one for all. */
const CALLS_BEFORE = 5;

/** Times of a call that differ by less are the machine's. */
const MOST = 2;

/** Opens a session on a connection of its own. */
export type OpenSession = (url: string) => Pick<TradingData, "query"> & AsyncDisposable;

/** Milliseconds of the first six calls on a new connection, which is logged in before; all with the same values. */
async function callsOf(context: GateContext, name: string, open: OpenSession): Promise<readonly number[]> {
  const statement = drawStatement(catalogueEntry(name), context.facts, context.draw(name));
  await using session = open(context.url);
  await session.query("select 1");
  const times: number[] = [];
  for (let call = 0; call <= CALLS_BEFORE; call += 1) {
    const begun = performance.now();
    await session.query(statement);
    times.push(performance.now() - begun);
  }
  return times;
}

async function* measure(
  context: GateContext,
  name: string,
  open: OpenSession,
): AsyncGenerator<Finding, void, undefined> {
  const connections: (readonly number[])[] = [];
  for (let round = 0; round < context.effort.rounds; round += 1) {
    connections.push(await callsOf(context, name, open));
  }
  const first = connections.map(([time = Number.NaN]) => time);
  context.record.workloads.set(`${name} first_call`, {
    name,
    class: catalogueEntry(name).class,
    temperature: "first_call",
    connections: 1,
    intendedRate: undefined,
    achievedRate: 1_000 / median(first),
    latency: latencyOf({ name, rounds: [first] }),
    histogram: histogramOf(first),
    rows: undefined,
  });
  const steps = connections.map(
    (times) => (times[CALLS_BEFORE] ?? Number.NaN) / median(times.slice(1, CALLS_BEFORE)),
  );
  yield judge(
    {
      benchmark: "first-call",
      subject: `${name}, sixth call on a connection`,
      bound: { kind: "at most", value: MOST },
    },
    median(steps),
    "ratio",
    {
      reference: "calls two to five",
      spread: [Math.min(...steps), Math.max(...steps)],
      interval: intervalOfMedian(steps),
    },
  );
}

/** @returns the gate of first calls */
export function createFirstCallGate(
  open: OpenSession = (url) => connect({ database: url, poolSize: 1 }),
): Gate {
  return {
    name: "first-call",
    about: "the first six calls of a statement on a new connection",
    async *run(context) {
      for (const name of FIRST_CALLS) yield* measure(context, name, open);
    },
  };
}
