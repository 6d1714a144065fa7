// A million bars streamed: how fast against psql's binary COPY of the same rows, and how much memory it takes. The reader is a
// process of its own, so that nothing else is in its memory; what it had after its first bars is not counted.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { judge, judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved, type Sampled } from "../measuring/interleaved.ts";
import { median } from "../measuring/quantile.ts";
import { LONG_SERIES } from "../seeding/by-sql/bars.ts";
import { hasClientProgram, runClientProgram } from "../servers/client-program.ts";
import type { Benchmark } from "./benchmark.ts";

const run = promisify(execFile);
const READER = fileURLToPath(new URL("stream-reader.ts", import.meta.url));
const MOST_BARS = 1_000_000;
const MEBIBYTE = 2 ** 20;

/** What the reader writes when it is done. */
export interface StreamReport {
  readonly bars: number;
  readonly milliseconds: number;
  /** Resident memory before and at its peak, in bytes; null where the system does not tell. */
  readonly before: number | null;
  readonly peak: number | null;
}

async function stream(url: string, bars: number): Promise<StreamReport> {
  const { stdout } = await run(process.execPath, [READER, String(bars)], {
    env: { ...process.env, DATABASE_URL: url },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own program, which writes nothing else
  return JSON.parse(stdout) as StreamReport;
}

/** Milliseconds psql itself counts for the COPY, from sending it to the last byte. */
async function copyByPsql(url: string, bars: number): Promise<number> {
  const { exchange, symbol, timeframe } = LONG_SERIES;
  const copy = `\\copy (select time, open, high, low, close, volume from market_data where exchange = '${exchange}' and symbol = '${symbol}' and timeframe = '${timeframe}' order by time limit ${bars}) to '/dev/null' (format binary)`;
  const stdout = await runClientProgram("psql", ["--no-psqlrc", "-c", "\\timing on", "-c", copy], url);
  return Number(/^Time: ([\d.]+) ms/mu.exec(stdout)?.[1]);
}

/** `stream`: a million bars out. */
export const barStream: Benchmark = {
  name: "stream",
  about: "marketData.streamBars of a million bars: memory, and speed against psql's binary COPY",
  async *run(context) {
    const { url } = await context.market();
    const bars = Math.min(MOST_BARS, context.size.bars);
    const reports: StreamReport[] = [];
    const byPsql: number[] = [];
    const canCompare = await hasClientProgram("psql");
    const ways = [
      {
        name: "streamBars",
        run: async () => {
          reports.push(await stream(url, bars));
        },
      },
      ...(canCompare
        ? [
            {
              name: "psql",
              run: async () => {
                byPsql.push(await copyByPsql(url, bars));
              },
            },
          ]
        : []),
    ];
    // Not the times of these processes count, which include their start, but what each of them says of itself.
    await measureInterleaved(ways, { rounds: context.rounds, calls: 1, warmUpCalls: 1 });
    const counted = reports.slice(1);
    if (counted.some((report) => report.bars !== bars)) throw new Error("Not all bars came.");

    const added = counted.map(({ before, peak }) =>
      before === null || peak === null ? Number.NaN : (peak - before) / MEBIBYTE,
    );
    const subject = `marketData.streamBars, ${bars} bars`;
    yield judge(
      { benchmark: "stream", subject: `${subject}, memory added`, bound: { kind: "under", value: 64 } },
      median(added),
      "MiB",
      { spread: [Math.min(...added), Math.max(...added)] },
    );
    const of = (name: string, times: readonly number[]): Sampled => ({
      name,
      rounds: times.map((time) => [time]),
    });
    const own = of(
      "streamBars",
      counted.map(({ milliseconds }) => milliseconds),
    );
    const bound = { kind: "at least", value: 0.8 } as const;
    const measured = { benchmark: "stream", subject: `${subject}, speed`, bound };
    if (canCompare) yield judgeRatio(measured, own, of("psql's binary COPY", byPsql.slice(1)), true);
    else
      yield judge(
        { ...measured, note: "There is no psql on this machine to compare with." },
        Number.NaN,
        "ratio",
      );
  },
};
