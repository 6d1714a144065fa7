// Bars stored by `copyIn` against the server's own binary COPY of the same rows into the same staging table, followed by the
// same statement. The statements of the reference are those the repository was seen to send.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { type BarBatch, connect } from "@app/repositories";
import { judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import type { Benchmark } from "./benchmark.ts";

const BARS = 100_000;
const MINUTE_MICROSECONDS = 60_000_000;
const SERIES = { exchange: "copied", symbol: "BTC-PERP", timeframe: "1m" } as const;
const SOURCE = "bench";
/** In the server's data directory, where it may write whoever runs it. */
const SERVER_FILE = "bench-staged-bars";
const STAGED = "bar_staging (time, open, high, low, close, volume)";

function makeBatch(): BarBatch {
  // The first of January 2024: behind what other benchmarks read, in chunks of its own.
  const start = Date.UTC(2024, 0, 1) * 1_000;
  const column = (value: (index: number) => number): Float64Array =>
    Float64Array.from({ length: BARS }, (_, index) => value(index));
  const level = (index: number): number => Math.round(46_319 + 3_000 * Math.sin(index / 9_000));
  return {
    length: BARS,
    time: column((index) => start + index * MINUTE_MICROSECONDS),
    open: column(level),
    high: column((index) => level(index) + 20 + (index % 17) / 2),
    low: column((index) => level(index) - 20 - (index % 13) / 2),
    close: column((index) => level(index) + (index % 31) / 2 - 8),
    volume: column((index) => (index * 7_919) % 4_000),
  };
}

interface SentStatements {
  readonly staging: string;
  readonly upsert: string;
}

/** `copy`: binary COPY in. */
export const barCopy: Benchmark = {
  name: "copy",
  about: "marketData.copyIn against the server's own COPY along the same way",
  async *run(context) {
    const { url, superuserUrl } = await context.market();
    const batch = makeBatch();
    const sent: string[] = [];
    await using ours = connect({
      database: url,
      poolSize: 1,
      hooks: { onQuery: ({ text }) => sent.push(text) },
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
    const staging = sent.find((text) => text.includes("bar_staging") && /create temporary table/u.test(text));
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
            run: () => copyByServer(server, { staging, upsert }, batch),
            before: clear,
          },
        ],
        { rounds: context.rounds, calls: 1, warmUpCalls: 1 },
      );
      if (own === undefined || byServer === undefined) return;
      const bound = { kind: "at least", value: 0.9 } as const;
      yield judgeRatio(
        { benchmark: "copy", subject: `marketData.copyIn, ${BARS} bars, speed`, bound },
        own,
        byServer,
        true,
      );
    } finally {
      await clear();
      await server.script(`copy (select 1) to program 'rm -f ${SERVER_FILE}'`);
    }
  },
};

async function copyByServer(
  server: DirectConnection,
  { staging, upsert }: SentStatements,
  batch: BarBatch,
): Promise<void> {
  const at = (place: number): Temporal.Instant =>
    Temporal.Instant.fromEpochMilliseconds((batch.time.at(place) ?? 0) / 1_000);
  await server.script("begin");
  await server.script(staging);
  await server.script(`copy ${STAGED} from '${SERVER_FILE}' (format binary)`);
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
  if (rows[0]?.inserted !== BARS) throw new Error("The server's way stored other bars.");
}
