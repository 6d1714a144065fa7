// Bars as columns against row objects of node-postgres. The reference is told the very range the bars lie in, in one
// statement; `lastBars` has to find that out first, which is part of its time.
import { connect } from "@app/repositories";
import { judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { LONG_SERIES } from "../seeding/by-sql/bars.ts";
import { openReference } from "../servers/reference-client.ts";
import type { Benchmark } from "./benchmark.ts";

const MINUTE = 60_000;

/** Bars of one read, calls in a round, and the bound of the ratio. */
const READS = [
  { bars: 500, calls: 100, most: 0.35 },
  { bars: 5_000, calls: 20, most: 0.25 },
] as const;

/** `bars`: 500 and 5,000 bars. */
export const barReads: Benchmark = {
  name: "bars",
  about: "500 and 5,000 bars as columns, against row objects",
  async *run(context) {
    const { url } = await context.market();
    await using ours = connect({ database: url, poolSize: 1 });
    await using reference = await openReference(url);
    await using planning = await openReference(url, "every execution");
    const { marketData } = ours;
    const last = await marketData.latestBar(LONG_SERIES);
    if (last === undefined) throw new Error("The bars were not seeded.");
    const to = last.time.add({ minutes: 1 });
    for (const { bars, calls, most } of READS) {
      const from = Temporal.Instant.fromEpochMilliseconds(to.epochMilliseconds - bars * MINUTE);
      const values = { ...LONG_SERIES, from: from.toString(), to: to.toString(), limit: bars };
      const rows = await reference.catalogued("market_data.last_bars", values);
      const columns = await marketData.lastBars(LONG_SERIES, bars);
      if (rows.length !== bars || columns.length !== bars)
        throw new Error("The two ways read different bars.");
      const [listed, lasting, byRows, byPlannedRows] = await measureInterleaved(
        [
          { name: "listBars", run: () => marketData.listBars(LONG_SERIES, { from, to, limit: bars }) },
          { name: "lastBars", run: () => marketData.lastBars(LONG_SERIES, bars) },
          { name: reference.name, run: () => reference.catalogued("market_data.last_bars", values) },
          { name: planning.name, run: () => planning.catalogued("market_data.last_bars", values) },
        ],
        context.times(calls),
      );
      for (const own of [listed, lasting]) {
        if (own === undefined || byRows === undefined || byPlannedRows === undefined) continue;
        const subject = `marketData.${own.name}, ${bars} bars`;
        yield judgeRatio(
          { benchmark: "bars", subject, bound: { kind: "at most", value: most } },
          own,
          byRows,
        );
        yield judgeRatio({ benchmark: "bars", subject }, own, byPlannedRows);
      }
    }
  },
};
