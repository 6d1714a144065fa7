// import:bars as a person meets it: a process of its own, its output, its exit code and what it leaves in the database.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { connectDirect, parseConnection } from "@app/database";
import type { DirectConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import type { TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../../bin.js", import.meta.url));
const BTC = fileURLToPath(new URL("../../../sample/btc-perp-1m.csv.gz", import.meta.url));
const GBP = fileURLToPath(new URL("../../bar-files/fixtures/gbpusd-1m-bid.csv.gz", import.meta.url));
const TRADES = fileURLToPath(new URL("../../bar-files/fixtures/xrp-eth-trades.json.gz", import.meta.url));
const BTC_BARS = 45_031;

let database: TestDatabase;
let connection: DirectConnection;
let directory = "";

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  connection = await connectDirect(parseConnection(database.url));
  directory = mkdtempSync(join(tmpdir(), "import-bars-"));
});

afterAll(async () => {
  await connection.close();
  await database.drop();
  rmSync(directory, { recursive: true });
});

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const argumentsFor = (path: string, symbol: string, options: readonly string[]): string[] => [
  MAIN,
  "import:bars",
  path,
  "--exchange=test",
  `--symbol=${symbol}`,
  "--timeframe=1m",
  ...options,
];

async function run(args: readonly string[], url = database.url): Promise<Outcome> {
  return await new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: url };
    const child = execFile(process.execPath, [...args], { env }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Imports with --json. Rejects files go to the test's own directory, never beside the fixtures. */
async function importJson(
  path: string,
  symbol: string,
  options: readonly string[] = [],
): Promise<Outcome & { readonly report: unknown }> {
  const rejects = ["--rejects", join(directory, `${symbol}.rejects.csv`)];
  const outcome = await run(argumentsFor(path, symbol, ["--json", ...rejects, ...options]));
  return { ...outcome, report: JSON.parse(outcome.stdout) as unknown };
}

async function one<Row extends object>(text: string, ...values: readonly unknown[]): Promise<Row> {
  const { rows } = await connection.query<Row>(text, values);
  const [row] = rows;
  if (row === undefined) throw new Error("There is no row.");
  return row;
}

/** A hash over every column of every bar of a symbol but the name of the series, the source and the time of writing. */
async function fingerprint(symbol: string): Promise<string> {
  const { text } = await one<{ text: string }>(
    `select count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(m) - '{symbol,source,ingested_at}'::text[])::text, ',' order by time)), '') as text
     from market_data m where symbol = $1`,
    symbol,
  );
  return text;
}

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe("the files of real markets", () => {
  it("BTC: every bar is stored with its indicators, and a second run changes nothing", async () => {
    const first = await importJson(BTC, "BTC");
    expect(first.exitCode).toBe(0);
    expect(first.report).toMatchObject({
      inserted: BTC_BARS,
      updated: 0,
      unchanged: 0,
      refused: 0,
      damage: null,
    });
    const before = await fingerprint("BTC");
    expect(before).toMatch(/^45031 /);
    const { ingested } = await one<{ ingested: Temporal.Instant }>(
      "select max(ingested_at) as ingested from market_data where symbol = 'BTC'",
    );

    const second = await importJson(BTC, "BTC");
    expect(second.exitCode).toBe(0);
    expect(second.report).toMatchObject({ inserted: 0, updated: 0, unchanged: BTC_BARS });
    expect(await fingerprint("BTC")).toBe(before);
    expect(
      await one("select max(ingested_at) = $1 as same from market_data where symbol = 'BTC'", ingested),
    ).toEqual({ same: true });

    expect(
      await one(
        `select open, high, low, close, volume, sma_50 is not null as has_sma, obv is not null as has_obv,
           vwap is not null as has_vwap, rsi_14 between 0 and 100 as has_rsi
         from market_data where symbol = 'BTC' and time = '2022-01-31 12:00Z'`,
      ),
    ).toMatchObject({ has_sma: true, has_obv: true, has_vwap: true, has_rsi: true });
    expect(
      await one("select bar_count, first_time, last_time from market_series where symbol = 'BTC'"),
    ).toEqual({
      bar_count: BigInt(BTC_BARS),
      first_time: Temporal.Instant.from("2021-12-31T23:01:00Z"),
      last_time: Temporal.Instant.from("2022-02-01T05:31:00Z"),
    });
  }, 120_000);

  it("GBP/USD: bars without a volume column", async () => {
    const { exitCode, stdout } = await run(argumentsFor(GBP, "GBPUSD", []));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("2,000 new bars");
    expect(stdout).toContain("no volume column: volume is 0, OBV and VWAP stay empty");
    expect(
      await one(
        `select count(*)::int as bars, max(volume) as volume, count(obv)::int as obv, count(vwap)::int as vwap,
           count(sma_20)::int as sma, min(time) as first
         from market_data where symbol = 'GBPUSD'`,
      ),
    ).toEqual({
      bars: 2_000,
      volume: 0,
      obv: 0,
      vwap: 0,
      sma: 1_981,
      first: Temporal.Instant.from("2012-02-01T00:00:00Z"),
    });
  });

  it("XRP/ETH: single trades become bars that say how many", async () => {
    const trades: unknown = JSON.parse(gunzipSync(readFileSync(TRADES)).toString());
    if (!Array.isArray(trades)) throw new Error("The fixture is an array.");
    const minutes = new Map<number, { amount: number; count: number }>();
    for (const [time, , , , , amount] of trades as readonly (readonly [number, ...unknown[]])[]) {
      const minute = Math.floor(time / 60_000) * 60_000;
      const { amount: sum, count } = minutes.get(minute) ?? { amount: 0, count: 0 };
      minutes.set(minute, { amount: sum + Number(amount), count: count + 1 });
    }
    const { exitCode, report } = await importJson(TRADES, "XRPETH");
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ rows: "trades", accepted: 2_000, inserted: minutes.size, refused: 0 });
    const { rows } = await connection.query<{ time: Temporal.Instant; volume: number; trade_count: number }>(
      "select time, volume, trade_count from market_data where symbol = 'XRPETH' order by time",
    );
    expect(rows).toEqual(
      [...minutes].map(([time, { amount, count }]) => ({
        time: Temporal.Instant.fromEpochMilliseconds(time),
        volume: amount,
        trade_count: count,
      })),
    );
  });
});

describe("an import that is killed", () => {
  it("and run again leaves the same bars and indicators, bit for bit, as one that was not", async () => {
    await importJson(BTC, "WHOLE", ["--source", "x"]);
    let kills = 0;
    for (const least of [1, 12_000, 27_000]) {
      const env = { ...process.env, DATABASE_URL: database.url };
      const args = argumentsFor(BTC, "KILLED", ["--source", "x", "--json"]);
      const child = spawn(process.execPath, args, { env, stdio: "ignore" });
      const ended = once(child, "exit");
      while (child.exitCode === null) {
        const { bars } = await one<{ bars: number }>(
          "select count(*)::int as bars from market_data where symbol = 'KILLED'",
        );
        if (bars >= least) break;
      }
      if (child.kill("SIGKILL")) kills += 1;
      await ended;
    }
    expect(kills).toBeGreaterThan(0);
    const { exitCode, report } = await importJson(BTC, "KILLED", ["--source", "x"]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ refused: 0, updated: 0 });
    expect(await fingerprint("KILLED")).toBe(await fingerprint("WHOLE"));
    expect(await one("select bar_count from market_series where symbol = 'KILLED'")).toEqual({
      bar_count: BigInt(BTC_BARS),
    });
  }, 180_000);
});

describe("an import that is told to end", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s leaves every row refused so far in the rejects file",
    async (signal) => {
      const lines = gunzipSync(readFileSync(BTC)).toString().split("\n");
      lines.splice(2, 0, "2021-12-01 00:00,NaN,1,1,1,1");
      const path = fileOf(`${signal}.csv`, lines.join("\n"));
      const env = { ...process.env, DATABASE_URL: database.url };
      const child = spawn(process.execPath, argumentsFor(path, signal, []), {
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let complaint = "";
      child.stderr.on("data", (chunk: Buffer) => {
        complaint += chunk.toString();
      });
      const ended = once(child, "close");
      while (child.exitCode === null) {
        const { bars } = await one<{ bars: number }>(
          "select count(*)::int as bars from market_data where symbol = $1",
          signal,
        );
        if (bars > 0) break;
      }
      child.kill(signal);
      expect(await ended).toEqual([signal === "SIGINT" ? 130 : 143, null]);
      expect(complaint).toMatch(
        /\nInterrupted\. (?:No bar is confirmed as stored yet|[\d,]+ bars of the file are stored for good; the same command again goes on from there)\.\n$/,
      );
      expect(readFileSync(`${path}.rejects.csv`, "utf8")).toMatch(
        /^line,reason,text\n3,"open is not a number: .*"\n$/,
      );
    },
  );
});

describe("what goes wrong", () => {
  const header = "timestamp,open,high,low,close,volume";
  const good = (minute: number): string => `2024-01-01 00:0${minute}:00,100,102,99,101,1`;

  it("rows that are refused: exit code 2, the good ones stored, the others in the rejects file", async () => {
    const path = fileOf(
      "some.csv",
      [header, good(0), "2024-01-01 00:01,NaN,1,1,1,1", good(2), good(2)].join("\n"),
    );
    const { exitCode, stdout } = await run(argumentsFor(path, "SOME", []));
    expect(exitCode).toBe(2);
    expect(stdout).toContain("2 new bars");
    expect(stdout).toContain(`2 rows refused, kept with the reasons in ${path}.rejects.csv:`);
    expect(stdout).toContain(`line 3: open is not a number: "NaN"`);
    expect(stdout).toContain("line 5: repeats line 4");
    expect(readFileSync(`${path}.rejects.csv`, "utf8").split("\n")).toHaveLength(4);
    expect(await fingerprint("SOME")).toMatch(/^2 /);

    writeFileSync(path, [header, good(0), good(1), good(2)].join("\n"));
    expect((await run(argumentsFor(path, "SOME", []))).exitCode).toBe(0);
    expect(existsSync(`${path}.rejects.csv`)).toBe(false);
    expect(await fingerprint("SOME")).toMatch(/^3 /);
  });

  it("a file without volume leaves the stored volume alone, and says so", async () => {
    const path = fileOf("volume.csv", [header, good(0), good(1)].join("\n"));
    await importJson(path, "KEEPS");
    const before = await fingerprint("KEEPS");
    const bare = (minute: number): string => good(minute).slice(0, -2);
    const without = fileOf("without.csv", [header.slice(0, -7), bare(0), bare(1)].join("\n"));
    const { exitCode, stdout } = await run(argumentsFor(without, "KEEPS", []));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("2 bars already there, 0 new, in ");
    expect(stdout).toContain("no volume column: bars already there keep their volume, new ones have 0");
    expect(await fingerprint("KEEPS")).toBe(before);
  });

  it("leaves stored bars alone where a damaged gzip may have altered its rows, and stores the rest", async () => {
    const lines = gunzipSync(readFileSync(BTC)).toString().split("\n").slice(0, 3_001);
    const whole = join(directory, "whole.csv");
    writeFileSync(whole, lines.slice(0, 2_001).join("\n"));
    await importJson(whole, "ALTERED");
    const prices = `select md5(string_agg(concat_ws(' ', time, open, high, low, close, volume), ',' order by time)) as sum, count(*)::int as bars
      from (select * from market_data where symbol = 'ALTERED' order by time limit 2000) stored`;
    const before = await one(prices);
    // Stored, not packed, so that a flipped digit stays a digit; only the checksum at the end contradicts it.
    const altered = gzipSync(lines.join("\n"), { level: 0 });
    const at = altered.indexOf(",", altered.indexOf(lines[1_000] ?? "")) + 1;
    altered[at] = altered[at] === 57 ? 56 : 57;
    const path = join(directory, "altered.csv.gz");
    writeFileSync(path, altered);
    const outcome = await importJson(path, "ALTERED");
    expect(outcome).toMatchObject({
      exitCode: 1,
      report: { onlyMissing: true, updated: 0 },
    });
    expect(outcome.stderr).toMatch(/checksum does not match.*they filled only what was missing/);
    expect(await one(prices)).toEqual(before);
    const { bars } = await one<{ bars: number }>(
      "select count(*)::int as bars from market_data where symbol = 'ALTERED'",
    );
    // The last few lines before the checksum that does not match may be lost.
    expect(bars).toBeGreaterThan(2_990);
  });

  it("a gzip that breaks off: exit code 1, what stands before it is stored", async () => {
    const rows = gunzipSync(readFileSync(BTC));
    const packed = gzipSync(rows);
    const path = fileOf("cut.csv.gz", packed.subarray(0, Math.floor(packed.length / 2)));
    const { exitCode, stderr } = await run(argumentsFor(path, "CUT", []));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /is damaged: its gzip data break off before the end \(read up to line \d+,\d+\)\./,
    );
    expect(stderr).not.toContain("    at ");
    const { bars } = await one<{ bars: number }>(
      "select count(*)::int as bars from market_data where symbol = 'CUT'",
    );
    expect(bars).toBeGreaterThan(20_000);
  });

  it.each([
    ["a directory", () => directory, /^\S+ is a directory; name one file\.\n$/],
    ["a missing file", () => join(directory, "none.csv"), /^\S+ does not exist; check the path\.\n$/],
    ["an empty file", () => fileOf("empty.csv", ""), /^\S+ is empty\.\n$/],
    [
      "a wrong header",
      () => fileOf("x.csv", "x,y\n1,2\n"),
      /^\S+ has no column for time, open, high, low, close\. Found: x, y\. .*\n$/,
    ],
  ])("%s: one sentence, exit code 1, no stack", async (_, path, sentence) => {
    const { exitCode, stdout, stderr } = await run(argumentsFor(path(), "NONE", []));
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(sentence);
  });

  it("a wrong timeframe and a server that is not there: one sentence, exit code 1", async () => {
    const args = argumentsFor(BTC, "NONE", []).map((word) => word.replace("=1m", "=7m"));
    expect(await run(args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^"7m" is no timeframe; these are: 1m, /) as string,
    });
    const away = await run(argumentsFor(BTC, "NONE", []), "postgres://nobody:secret@127.0.0.1:1/nothing");
    expect(away.exitCode).toBe(1);
    expect(away.stderr).not.toContain("secret");
    expect(away.stderr).not.toContain("    at ");
    expect(await fingerprint("NONE")).toBe("0 ");
  });

  it("a database that was not migrated: the sentence says what to run", async () => {
    await using empty = await createTestDatabase();
    const { exitCode, stderr } = await run(argumentsFor(BTC, "NONE", []), empty.url);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/run "pnpm migrate" first\.\n$/);
  });
});
