// Import of 1,000,000 bars against the server's own COPY FROM a file of the same rows, into the same table with the same
// indexes, checks and triggers. A ratio within one run says something on any machine; the seconds are for information.
// The importer is timed as a person meets it: from starting the process to its end. Exit code 1 when a target is missed.
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import type { TestDatabase } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { benchCommand, roundsOption } from "./bench-arguments.ts";
import { SERIES, TABLE_COLUMNS, writeBarFiles } from "./lifelike-bars.ts";
import type { BarFiles } from "./lifelike-bars.ts";
import { median } from "./measuring/quantile.ts";
import { runWatched } from "./watched-process.ts";
import type { WatchedRun } from "./watched-process.ts";

const BARS = 1_000_000;
const LEAST_RATIO = 0.5;
const MOST_BYTES = 200 * 1_024 * 1_024;
const ROOT = new URL("../../../", import.meta.url);

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_024 / 1_024)} MiB`;

async function asSuperuser<Row extends object>(database: TestDatabase, sql: string): Promise<readonly Row[]> {
  const connection = await connectDirect(parseConnection(database.superuserUrl));
  try {
    return (await connection.query<Row>(sql)).rows;
  } finally {
    await connection.close();
  }
}

/** Gives `work` a migrated database of its own, on a server with nothing left to write. */
async function onFreshDatabase<Result>(work: (database: TestDatabase) => Promise<Result>): Promise<Result> {
  await using database = await createTestDatabase({
    template: { name: "migrated", prepare: migrateDatabase },
  });
  await asSuperuser(database, "checkpoint");
  return await work(database);
}

/** What both ways must have left behind. */
async function fingerprint(database: TestDatabase): Promise<string> {
  const [row] = await asSuperuser<{ readonly text: string }>(
    database,
    `select count(*) || ' bars ' || sum(hashtextextended(format('%s %s %s %s %s %s %s', time at time zone 'UTC', open,
       high, low, close, volume, source), 0)) || ' ' || (select bar_count from market_series) as text
     from market_data`,
  );
  return row?.text ?? "nothing";
}

/** What `pnpm import:bars` runs, its flags for Node included: the limit of the young heap is one of them. */
async function importCommand(): Promise<readonly string[]> {
  const manifest: unknown = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8"));
  const [, command] = /"import:bars":"node ([^"]+)"/.exec(JSON.stringify(manifest)) ?? [];
  if (command === undefined) throw new Error("package.json has no script import:bars that runs node.");
  return command
    .split(" ")
    .map((word) => (word.startsWith("packages/") ? fileURLToPath(new URL(word, ROOT)) : word));
}

async function importBars(
  database: TestDatabase,
  files: BarFiles,
  options: readonly string[],
): Promise<WatchedRun> {
  const series = ["--exchange", SERIES.exchange, "--symbol", SERIES.symbol, "--timeframe", SERIES.timeframe];
  const command = await importCommand();
  return await runWatched([...command, files.vendorPath, ...series, "--json", ...options], {
    DATABASE_URL: database.url,
  });
}

async function timeCopy(database: TestDatabase, files: BarFiles): Promise<number> {
  const began = performance.now();
  await asSuperuser(database, `copy market_data (${TABLE_COLUMNS}) from '${files.tablePath}' (format csv)`);
  return performance.now() - began;
}

async function measure(files: BarFiles, rounds: number): Promise<boolean> {
  const copyTimes: number[] = [];
  const importTimes: number[] = [];
  const peaks: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const runs = [
      () =>
        onFreshDatabase(async (database) => {
          copyTimes.push(await timeCopy(database, files));
          return await fingerprint(database);
        }),
      () =>
        onFreshDatabase(async (database) => {
          const run = await importBars(database, files, ["--no-indicators"]);
          importTimes.push(run.milliseconds);
          peaks.push(run.peakBytes);
          return await fingerprint(database);
        }),
    ];
    const prints = new Set<string>();
    // Whoever comes second finds warmer caches, so they take turns.
    for (const run of round % 2 === 0 ? runs.toReversed() : runs) prints.add(await run());
    if (prints.size !== 1)
      throw new Error(`The two ways left different rows behind: ${[...prints].join(" / ")}`);
    say(
      `round ${round}: COPY ${seconds(copyTimes.at(-1) ?? 0)}, import:bars ${seconds(importTimes.at(-1) ?? 0)}, ` +
        `ratio ${((copyTimes.at(-1) ?? 0) / (importTimes.at(-1) ?? 1)).toFixed(2)}, peak ${mebibytes(peaks.at(-1) ?? 0)}`,
    );
  }
  const full = await onFreshDatabase((database) => importBars(database, files, []));

  const ratio = median(copyTimes) / median(importTimes);
  const peak = Math.max(...peaks);
  const isKnown = Number.isFinite(peak) && Number.isFinite(full.peakBytes);
  say("");
  say(`COPY time / import:bars time   ${ratio.toFixed(2)}   (target: at least ${LEAST_RATIO}; medians)`);
  say(`peak resident memory           ${mebibytes(peak)}   (target: under ${mebibytes(MOST_BYTES)})`);
  say(
    `with all indicators            ${seconds(full.milliseconds)}, peak ${mebibytes(full.peakBytes)}, ` +
      `ratio ${(median(copyTimes) / full.milliseconds).toFixed(2)}   (memory: the same target; time for information)`,
  );
  if (!isKnown) say("This system does not tell the memory of a process: that target was not looked at.");
  return ratio >= LEAST_RATIO && (!isKnown || Math.max(peak, full.peakBytes) < MOST_BYTES);
}

const { rounds } = benchCommand(
  "pnpm bench:import",
  "Imports 1,000,000 made-up bars and compares with the server's own COPY of the same rows; takes minutes.",
  "0 both targets met, 1 one missed, or not measured",
)
  .addOption(roundsOption(3))
  .parse()
  .opts<{ rounds: number }>();
const directory = await mkdtemp(join(tmpdir(), "bench-import-"));
try {
  // The server runs as a user of its own and has to read the file.
  await chmod(directory, 0o755);
  const files = {
    bars: BARS,
    vendorPath: join(directory, "bars.csv"),
    tablePath: join(directory, "table.csv"),
  };
  say(`Writing ${BARS.toLocaleString("en-US")} bars ...`);
  await writeBarFiles(files);
  if (!(await measure(files, rounds))) {
    say("Missed.");
    process.exitCode = 1;
  }
} finally {
  await rm(directory, { recursive: true });
}
