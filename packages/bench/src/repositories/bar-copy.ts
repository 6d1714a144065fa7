// Bars stored by `copyIn` against the server's own binary COPY of the same rows into the same staging table, followed by the
// same statement; and the COPY of either by itself, since that statement, which is the same on both sides, takes most of the time.
// The statements of the reference are those the repository was seen to send.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { type BarBatch, connect } from "@app/repositories";
import { judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved, type Sampled } from "../measuring/interleaved.ts";
import type { Benchmark } from "./benchmark.ts";

/** What the bounds are of. */
const MOST_BARS = 100_000;
const MINUTE_MICROSECONDS = 60_000_000;
const SERIES = { exchange: "copied", symbol: "BTC-PERP", timeframe: "1m" } as const;
const SOURCE = "bench";
/** In the server's data directory, where it may write whoever runs it. */
const SERVER_FILE = "bench-staged-bars";
const STAGED = "bar_staging (time, open, high, low, close, volume)";

function makeBatch(bars: number): BarBatch {
  // The first of January 2024: behind what other benchmarks read, in chunks of its own.
  const start = Date.UTC(2024, 0, 1) * 1_000;
  const column = (value: (index: number) => number): Float64Array =>
    Float64Array.from({ length: bars }, (_, index) => value(index));
  const level = (index: number): number => Math.round(46_319 + 3_000 * Math.sin(index / 9_000));
  return {
    length: bars,
    time: column((index) => start + index * MINUTE_MICROSECONDS),
    open: column(level),
    high: column((index) => level(index) + 20 + (index % 17) / 2),
    low: column((index) => level(index) - 20 - (index % 13) / 2),
    close: column((index) => level(index) + (index % 31) / 2 - 8),
    volume: column((index) => (index * 7_919) % 4_000),
  };
}

/** What a repository's COPY into the staging table is called by its hook. */
const STAGE = 'COPY "bar_staging"';

/** The last rounds of what was timed call by call: before them come the calls that warm up. */
function lastRounds(name: string, times: readonly number[], rounds: number): Sampled {
  return { name, rounds: times.slice(-rounds).map((time) => [time]) };
}

interface SentStatements {
  readonly staging: string;
  readonly upsert: string;
}

/** @returns the benchmark of so many bars */
export function createBarCopy(bars: number): Benchmark {
  return {
    name: "copy",
    about: "marketData.copyIn against the server's own COPY along the same way",
    async *run(context) {
      const { url, superuserUrl } = await context.market();
      const batch = makeBatch(bars);
      const sent: string[] = [];
      const staged: number[] = [];
      const stagedByServer: number[] = [];
      await using ours = connect({
        database: url,
        poolSize: 1,
        hooks: {
          onQuery({ text, durationMilliseconds }) {
            sent.push(text);
            if (text === STAGE) staged.push(durationMilliseconds);
          },
        },
      });
      await using server = await connectDirect(parseConnection(superuserUrl));
      const copyIn = (): Promise<unknown> =>
        ours.marketData.copyIn(SERIES, batch, { source: SOURCE, indicators: false });
      // Past the triggers, which keep a revision of each deleted bar: that took ten times as long as what is measured.
      const clear = (): Promise<void> =>
        server.script(`begin; set local session_replication_role = replica;
        delete from market_data where exchange = '${SERIES.exchange}';
        delete from market_series where exchange = '${SERIES.exchange}'; commit`);
      await copyIn();
      const staging = sent.find(
        (text) => text.includes("bar_staging") && /create temporary table/u.test(text),
      );
      const upsert = sent.find(
        (text) => text.includes("bar_staging") && text.includes("insert into market_data"),
      );
      if (staging === undefined || upsert === undefined)
        throw new Error("copyIn did not go by way of staging.");
      await server.script(
        `copy (select time, open, high, low, close, volume from market_data where exchange = '${SERIES.exchange}' order by time)
       to program 'cat > ${SERVER_FILE}' (format binary)`,
      );
      try {
        const [own, byServer] = await measureInterleaved(
          [
            { name: "copyIn", run: copyIn, before: clear },
            {
              name: "the server's own COPY",
              run: async () => {
                stagedByServer.push(await copyByServer(server, { staging, upsert }, batch));
              },
              before: clear,
            },
          ],
          { rounds: context.rounds, calls: 1, warmUpCalls: 1 },
        );
        if (own === undefined || byServer === undefined) return;
        const bound = { kind: "at least", value: 0.9 } as const;
        yield judgeRatio(
          { benchmark: "copy", subject: `marketData.copyIn, ${bars} bars, speed`, bound },
          own,
          byServer,
          true,
        );
        yield judgeRatio(
          {
            benchmark: "copy",
            subject: `the COPY of marketData.copyIn by itself, ${bars} bars, speed`,
            bound,
          },
          lastRounds("copyIn", staged, context.rounds),
          lastRounds(byServer.name, stagedByServer, context.rounds),
          true,
        );
      } finally {
        await clear();
        await server.script(`copy (select 1) to program 'rm -f ${SERVER_FILE}'`);
      }
    },
  };
}

/** `copy`: binary COPY in. */
export const barCopy = createBarCopy(MOST_BARS);

/** @returns milliseconds of the COPY alone */
async function copyByServer(
  server: DirectConnection,
  { staging, upsert }: SentStatements,
  batch: BarBatch,
): Promise<number> {
  const at = (place: number): Temporal.Instant =>
    Temporal.Instant.fromEpochMilliseconds((batch.time.at(place) ?? 0) / 1_000);
  await server.script("begin");
  await server.script(staging);
  const begun = performance.now();
  await server.script(`copy ${STAGED} from '${SERVER_FILE}' (format binary)`);
  const milliseconds = performance.now() - begun;
  await server.script("set local enable_nestloop = off");
  const { exchange, symbol, timeframe } = SERIES;
  const { rows } = await server.query<{ readonly inserted: number }>(upsert, [
    exchange,
    symbol,
    timeframe,
    SOURCE,
    at(0),
    at(-1),
  ]);
  await server.script("commit");
  if (rows[0]?.inserted !== batch.length) throw new Error("The server's way stored other bars.");
  return milliseconds;
}
