// Bars that come late, on the community edition: into compressed chunks, before every other bar, in the place of stored ones.
// Afterwards every candle is the one computed from the bars, every old chunk is in columns, and nothing else was touched.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { catchUp, maintain, maintenanceLockKey, type BacklogOutcome } from "@app/migrator";
import { migratedTemplate } from "@app/migrator/testing";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { openClient } from "../fixtures/client.ts";
import { commandLine, runCommand, startProgram } from "../fixtures/command.ts";
import { openStatementGate } from "../fixtures/statement-gate.ts";

const MINUTES_OF_DAY = 1_440;
/** Midnight, long before any refresh window; the tests count their days from it. */
const start = Temporal.Now.zonedDateTimeISO("UTC").subtract({ days: 60 }).startOfDay();

let database: TestDatabase;
let client: pg.Client;
let directory = "";

beforeEach(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  client = await openClient(database.url);
  directory = mkdtempSync(join(tmpdir(), "backfill-"));
});

afterEach(async () => {
  await client.end();
  await database.drop();
  rmSync(directory, { recursive: true });
});

const communityOnly = (context: TestContext): void =>
  context.skip(
    database.edition !== "timescale",
    "only the community edition has roll-ups that are stored, and columns",
  );

interface Stretch {
  readonly symbol: string;
  readonly day: number;
  readonly minute?: number;
  readonly minutes: number;
  /** Added to every price, so that a bar differs from the one it takes the place of. */
  readonly shift?: number;
}

/** Prices that differ from minute to minute, and a volume that is not the same everywhere. */
function csvOf({ day, minute = 0, minutes, shift = 0 }: Stretch): string {
  const lines = Array.from({ length: minutes }, (_, index) => {
    const time = start.add({ days: day }).add({ minutes: minute + index });
    const base = 100 + shift + ((day * MINUTES_OF_DAY + minute + index) % 97) / 8;
    return `${time.toInstant().toString()},${base},${base + 2},${base - 1},${base + 0.5},${1 + (index % 7)}`;
  });
  return `time,open,high,low,close,volume\n${lines.join("\n")}\n`;
}

interface ImportReport {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly backlog: readonly BacklogOutcome[];
  readonly backlogLeft: string | null;
}

async function importBars(stretch: Stretch): Promise<ImportReport> {
  const file = join(directory, "bars.csv");
  writeFileSync(file, csvOf(stretch));
  const series = ["--exchange=X", `--symbol=${stretch.symbol}`, "--timeframe=1m", "--no-indicators"];
  const { exitCode, stdout, stderr } = await runCommand(
    ["import:bars", file, ...series, "--json"],
    database.url,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  // What the command prints is asserted by its own tests.
  const report: ImportReport = JSON.parse(stdout);
  return report;
}

const candles = [
  ["candles_5m", "5 minutes"],
  ["candles_15m", "15 minutes"],
  ["candles_1h", "1 hour"],
  ["candles_4h", "4 hours"],
  ["candles_1d", "1 day"],
] as const;

/** Candles that are not what the bars say, and those that are missing; from plain SQL, without a function of TimescaleDB. */
async function wrongCandles(): Promise<Readonly<Record<string, number>>> {
  const wrong: Record<string, number> = {};
  for (const [view, length] of candles) {
    const stored = `select symbol, time, open, high, low, close, round(volume::numeric, 6), round(vwap::numeric, 6), bar_count::int from ${view}`;
    const computed = `select symbol, date_bin('${length}', time, 'epoch'), (array_agg(open order by time))[1], max(high), min(low),
      (array_agg(close order by time desc))[1], round(sum(volume)::numeric, 6),
      round((sum((high + low + close) / 3 * volume) / sum(volume))::numeric, 6), count(*)::int
      from market_data where timeframe = '1m' group by 1, 2`;
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from ((${stored} except ${computed}) union all (${computed} except ${stored})) d`,
    );
    wrong[view] = rows[0]?.n ?? -1;
  }
  return wrong;
}
const none = Object.fromEntries(candles.map(([view]) => [view, 0]));

/** Chunks of the bars by their first day, with whether they are wholly in columns; days that adjoin are one chunk then. */
async function chunksByDay(): Promise<Readonly<Record<string, boolean>>> {
  const { rows } = await client.query<{ day: string; whole: boolean }>(
    `select extract(day from range_start - $1::timestamptz)::text as day,
       is_compressed and _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & 10 = 0 as whole
     from timescaledb_information.chunks where hypertable_name = 'market_data' order by range_start`,
    [start.toInstant().toString()],
  );
  return Object.fromEntries(rows.map(({ day, whole }) => [day, whole]));
}

const doneOf = (backlog: readonly BacklogOutcome[], name: string): number =>
  backlog.find((outcome) => outcome.name === name)?.done ?? 0;
const dayOf = (day: number): string =>
  `${start.add({ days: day }).toPlainDate().toString()}T00:00:00.000000Z`;

describe("bars that come late", { timeout: 300_000 }, () => {
  it("leave every candle right and every old chunk in columns, and nothing else is touched", async (context) => {
    communityOnly(context);
    const first = await importBars({ symbol: "A", day: 0, minutes: 5 * MINUTES_OF_DAY });
    expect(first).toMatchObject({ inserted: 5 * MINUTES_OF_DAY, backlogLeft: null });
    expect(doneOf(first.backlog, "candles_5m_rollup")).toBe(1);
    expect(await wrongCandles()).toEqual(none);
    // What was never in columns is not for an import to convert.
    expect(Object.values(await chunksByDay())).toEqual([false, false, false, false, false]);
    const connection = parseConnection(database.url);
    expect(doneOf((await maintain({ connection })).backlog, "market_data")).toBe(5);
    expect(await chunksByDay()).toEqual({ 0: true });

    // Revised bars in the middle of a compressed chunk: one hour is stale, one chunk is no longer whole.
    const revised = await importBars({ symbol: "A", day: 2, minute: 600, minutes: 60, shift: 7 });
    expect(revised).toMatchObject({ inserted: 0, updated: 60, unchanged: 0, backlogLeft: null });
    expect(revised.backlog.find(({ name }) => name === "candles_5m_rollup")).toMatchObject({
      done: 1,
      from: start.add({ days: 2, hours: 10 }).toInstant().toString({ fractionalSecondDigits: 6 }),
      to: start.add({ days: 2, hours: 11 }).toInstant().toString({ fractionalSecondDigits: 6 }),
    });
    expect(revised.backlog.find(({ name }) => name === "candles_1d_rollup")).toMatchObject({
      done: 1,
      from: dayOf(2),
      to: dayOf(3),
    });
    expect(revised.backlog.find(({ name }) => name === "market_data")).toMatchObject({
      done: 1,
      from: dayOf(0),
      to: dayOf(5),
    });
    expect(await wrongCandles()).toEqual(none);
    expect(await chunksByDay()).toEqual({ 0: true });

    // Another symbol in the same chunks, and bars before every other.
    await importBars({ symbol: "B", day: 3, minute: 1_000, minutes: 700 });
    const older = await importBars({ symbol: "A", day: -9, minutes: 300 });
    expect(older.backlog.find(({ name }) => name === "candles_5m_rollup")).toMatchObject({
      done: 1,
      from: dayOf(-9),
    });
    expect(await wrongCandles()).toEqual(none);
    expect(await chunksByDay()).toEqual({ "-9": false, 0: true });
    await maintain({ connection });
    expect(await chunksByDay()).toEqual({ "-9": true, 0: true });

    // What somebody else copies in, without the importer.
    const copy = client.query(
      copyFrom(
        "copy market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source) from stdin csv",
      ),
    );
    copy.end(
      [0, 1, 2, 3]
        .map((day) => `X,C,1m,${start.add({ days: day, hours: 7 }).toInstant().toString()},5,6,4,5,1,feed\n`)
        .join(""),
    );
    await finished(copy);
    await catchUp({ connection: parseConnection(database.url), table: "market_data" });
    expect(await wrongCandles()).toEqual(none);

    // The same once more, and nothing is left for anyone.
    const again = await importBars({ symbol: "A", day: 2, minute: 600, minutes: 60, shift: 7 });
    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 60, backlogLeft: null });
    expect(again.backlog).toEqual([]);
    const { backlog } = await maintain({ connection });
    expect(backlog).toEqual([]);
  });

  it("take no candle with them where retention has dropped bars", async (context) => {
    communityOnly(context);
    const day = Temporal.Now.zonedDateTimeISO("UTC").subtract({ years: 8 }).startOfDay();
    const bars = `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
      select 'X', $2, '1m', t, 100, 102, 99, 101, 1, 'seed'
      from generate_series($1::timestamptz, $1::timestamptz + interval '23 hours', '1 minute') t`;
    await client.query(bars, [day.toInstant().toString(), "A"]);
    for (const [view] of candles)
      await client.query(`call refresh_continuous_aggregate('${view}_rollup', null, '2026-01-01')`);
    const candlesOfA = "select * from candles_5m where symbol = 'A' order by time";
    const { rows: before } = await client.query(candlesOfA);
    expect(before).toHaveLength(277);
    await client.query("select drop_chunks('market_data', interval '7 years')");
    await client.query(bars, [day.toInstant().toString(), "B"]);
    await catchUp({ connection: parseConnection(database.url), table: "market_data" });
    await maintain({ connection: parseConnection(database.url), all: true });
    expect((await client.query(candlesOfA)).rows).toEqual(before);
  });

  it("do not stop an import where another run is at work; maintenance does the rest", async (context) => {
    communityOnly(context);
    await client.query("select pg_advisory_lock($1::bigint)", [maintenanceLockKey]);
    const report = await importBars({ symbol: "A", day: 0, minutes: 200 });
    expect(report).toMatchObject({ inserted: 200, backlog: [], backlogLeft: "a maintenance run is at work" });
    await client.query("select pg_advisory_unlock($1::bigint)", [maintenanceLockKey]);
    const connection = parseConnection(database.url);
    const dry = await maintain({ connection, dryRun: true });
    expect(doneOf(dry.backlog, "candles_5m_rollup")).toBe(1);
    expect((await maintain({ connection })).ran).toBe(true);
    expect(await wrongCandles()).toEqual(none);
    expect(await chunksByDay()).toEqual({ 0: true });
  });

  it("are gone on with after a kill at any statement, to the same end", async (context) => {
    communityOnly(context);
    await client.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
       select 'X', s, '1m', t, 100, 102, 99, 101, 1, 'seed'
       from unnest('{A,B}'::text[]) s, generate_series($1::timestamptz, $1::timestamptz + interval '20 days 12 hours', '7 minutes') t`,
      [start.toInstant().toString()],
    );
    let kills = 0;
    for (let at = 1; await killAfter(at); at += 3) kills += 1;
    expect(kills).toBeGreaterThan(5);
    expect(await wrongCandles()).toEqual(none);
    expect(await chunksByDay()).toEqual({ 0: true });
    expect(await catchUp({ connection: parseConnection(database.url), table: "market_data" })).toEqual({
      ran: true,
      backlog: [],
    });
  });
});

describe("chunks of an hour", { timeout: 300_000 }, () => {
  it("are joined as they are put into columns, and keep every row", async (context) => {
    communityOnly(context);
    const lines = `insert into system_logs (id, logged_at, level, component, message)
      select uuid_v7_at(t), t, 'info', 'component ' || n % 3, 'line ' || n
      from generate_series(1, 4800) n, lateral (select $1::timestamptz + n * interval '59 seconds' as t) x`;
    await client.query(lines, [start.toInstant().toString()]);
    const content =
      "select count(*)::int as lines, md5(string_agg(l::text, ',' order by l.id)) as digest from system_logs l";
    const { rows: before } = await client.query(content);
    const { backlog } = await maintain({ connection: parseConnection(database.url) });
    expect(doneOf(backlog, "system_logs")).toBe(79);
    const { rows: chunks } = await client.query(
      "select is_compressed, (range_end - range_start)::text as length from timescaledb_information.chunks where hypertable_name = 'system_logs'",
    );
    expect(chunks).toEqual([{ is_compressed: true, length: "3 days 07:00:00" }]);
    expect((await client.query(content)).rows).toEqual(before);
  });
});

describe("an upsert into a chunk in columns", { timeout: 300_000 }, () => {
  const upsert = (action: string): string => `
    insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
    select 'X', 'U', '1m', $1::timestamptz + n * interval '1 minute', 1, 3, 1, 2, 9, 'second'
    from generate_series(0, 1439) n on conflict (exchange, symbol, timeframe, time) ${action}`;
  const noon = [start.toInstant().toString()];
  const counts = `select count(*)::int as bars, count(distinct time)::int as times,
    count(*) filter (where source = 'second')::int as second from market_data where symbol = 'U'`;

  it("loses and doubles no row, whatever it does where one is there", async (context) => {
    communityOnly(context);
    // Every third minute is there, so that conflicts and new rows take turns.
    await client.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
       select 'X', 'U', '1m', $1::timestamptz + n * interval '3 minutes', 1, 3, 1, 2, 1, 'first' from generate_series(0, 479) n`,
      noon,
    );
    await maintain({ connection: parseConnection(database.url) });
    expect(await chunksByDay()).toEqual({ 0: true });
    expect((await client.query(upsert("do nothing"), noon)).rowCount).toBe(960);
    expect((await client.query(counts)).rows).toEqual([{ bars: 1440, times: 1440, second: 960 }]);
    await catchUp({ connection: parseConnection(database.url), table: "market_data" });
    expect(await chunksByDay()).toEqual({ 0: true });
    const overwrite = "do update set source = excluded.source, volume = excluded.volume";
    expect((await client.query(upsert(overwrite), noon)).rowCount).toBe(1440);
    expect((await client.query(counts)).rows).toEqual([{ bars: 1440, times: 1440, second: 1440 }]);
    await catchUp({ connection: parseConnection(database.url), table: "market_data" });
    expect(await wrongCandles()).toEqual(none);
    const { rows } = await client.query(
      "select bar_count::int as bars from market_series where symbol = 'U'",
    );
    expect(rows).toEqual([{ bars: 1440 }]);
  });
});

/** Runs db:maintain and kills it after its n-th statement; false once it ends before that. */
async function killAfter(at: number): Promise<boolean> {
  const reached = Promise.withResolvers<true>();
  await using gate = await openStatementGate({
    url: database.url,
    at,
    moment: "after",
    onReached: () => reached.resolve(true),
  });
  const running = startProgram(commandLine, ["db:maintain"], gate.url);
  const isReached = await Promise.race([reached.promise, running.ended.then(() => false)]);
  if (isReached) running.process.kill("SIGKILL");
  const { exitCode, signal, stderr } = await running.ended;
  expect(isReached ? signal : { exitCode, stderr }).toEqual(
    isReached ? "SIGKILL" : { exitCode: 0, stderr: expect.any(String) },
  );
  return isReached;
}
