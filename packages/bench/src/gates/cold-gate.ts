// Bars out of chunks in columns that no call of this run has read before: each stretch is read once, then once more. For information: what
// the caches of the server and of the operating system hold is not emptied, so this is the cost of a first look, not of a disk.
import { type Finding, judge, latencyOf } from "../measuring/finding.ts";
import { histogramOf } from "../measuring/latency-histogram.ts";
import { median } from "../measuring/quantile.ts";
import type { BenchFacts } from "../workloads/bench-facts.ts";
import type { Gate, GateContext } from "./gate.ts";

const NAME = "market_data.list_bars";
const MOST_STRETCHES = 200;

interface Stretch {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** Chunks in columns, as stretches of a day: one that was joined holds several. */
async function stretchesInColumns({ data, edition }: GateContext): Promise<readonly Stretch[]> {
  if (edition !== "timescale") return [];
  const { rows } = await data.query<Stretch>(
    `select d as "from", d + interval '1 day' as "to"
     from timescaledb_information.chunks, generate_series(range_start, range_end - interval '1 day', interval '1 day') d
     where hypertable_schema = 'public' and hypertable_name = 'market_data' and is_compressed order by d`,
  );
  return rows;
}

/** Of each day one series, another one each day. */
function* callsOf({ series }: BenchFacts, stretches: readonly Stretch[]) {
  for (const [place, stretch] of stretches.slice(0, MOST_STRETCHES).entries()) {
    const of = series[place % series.length];
    if (of !== undefined) yield { ...of, ...stretch };
  }
}

/** The gate, which judges nothing, of cold chunks. */
export const coldGate: Gate = {
  name: "cold",
  about: "bars of chunks in columns that were not read before",
  async *run(context): AsyncGenerator<Finding, void, undefined> {
    const measured = { benchmark: "cold", subject: `${NAME}, first read of a day in columns` };
    const cold: number[] = [];
    const warm: number[] = [];
    const counts: number[] = [];
    for (const { from, to, ...series } of callsOf(context.facts, await stretchesInColumns(context))) {
      for (const times of [cold, warm]) {
        const begun = performance.now();
        const bars = await context.data.marketData.listBars(series, { from, to, limit: 500 });
        times.push(performance.now() - begun);
        counts.push(bars.length);
      }
    }
    if (cold.length === 0) {
      const none =
        context.edition === "timescale"
          ? "No chunk is in columns."
          : `Not available: the edition ${context.edition} has no columnstore.`;
      yield judge({ ...measured, note: none }, Number.NaN, "ratio");
      return;
    }
    context.record.workloads.set(`${NAME} cold`, {
      name: NAME,
      class: "market_data",
      temperature: "cold",
      connections: 1,
      intendedRate: undefined,
      achievedRate: 1_000 / median(cold),
      latency: latencyOf({ name: NAME, rounds: [cold] }),
      histogram: histogramOf(cold),
      rows: median(counts),
    });
    yield judge(measured, median(cold) / median(warm), "ratio", {
      reference: "the same once more",
      latency: latencyOf({ name: "cold", rounds: [cold] }),
      referenceLatency: latencyOf({ name: "warm", rounds: [warm] }),
    });
  },
};
