// How much columns save, table by table, on the community edition: the real BTC bars, and seeded orders, fills, snapshots and
// logs of four weeks. "Saved" is what the server's own statistics say: the chunks before and after. Beside it stands a
// stricter yardstick: the same rows freshly written into one plain table with the same indexes, without the slack that
// updates and chunks leave. Exit code 1 when a target is missed, or nothing could be measured.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { benchCommand } from "./bench-arguments.ts";
import { seedFourWeeks } from "./four-weeks.ts";

const run = promisify(execFile);
const commandLine = fileURLToPath(new URL("../../cli/bin.js", import.meta.url));
const sample = fileURLToPath(new URL("../../cli/sample/btc-perp-1m.csv.gz", import.meta.url));

/** Least percentage that is to be saved. */
const targets = {
  "bars with indicators": 75,
  "bars without indicators": 85,
  trades: 80,
  orders: 75,
  order_events: 75,
  portfolio_snapshots: 85,
  system_logs: 85,
} as const;

interface Measured {
  readonly rows: number;
  /** Bytes of the same rows in a plain table. */
  readonly plain: number;
  /** Bytes of the chunks before they were converted. */
  readonly before: number;
  /** Bytes of the whole hypertable afterwards. */
  readonly after: number;
  readonly chunks: number;
}

/** Puts every chunk into columns, the oldest first, as a job would over time, and compares. */
async function measure(connection: DirectConnection, table: string): Promise<Measured> {
  const { rows: hypertable } = await connection.query<{ readonly time: string }>(
    "select column_name::text as time from timescaledb_information.dimensions where hypertable_schema = 'public' and hypertable_name = $1",
    [table],
  );
  const time = hypertable[0]?.time ?? "";
  await connection.script(
    `create temporary table dense (like ${table} including indexes); insert into dense select * from ${table} order by ${time}`,
  );
  const { rows: dense } = await connection.query<{ readonly rows: number; readonly bytes: number }>(
    "select count(*)::int as rows, pg_total_relation_size('dense')::float8 as bytes from dense",
  );
  await connection.script("drop table dense");
  const { rows: chunks } = await connection.query<{ readonly chunk: string }>(
    `select format('%I.%I', chunk_schema, chunk_name) as chunk from timescaledb_information.chunks
     where hypertable_schema = 'public' and hypertable_name = $1 order by range_start`,
    [table],
  );
  for (const { chunk } of chunks) {
    // One that was merged into the chunk before it is gone.
    await connection.script(
      `do $$ begin if to_regclass('${chunk}') is not null then call convert_to_columnstore('${chunk}'); end if; end $$`,
    );
  }
  const { rows: after } = await connection.query<{
    readonly bytes: number;
    readonly before: number;
    readonly chunks: number;
  }>(
    `select hypertable_size($1::regclass)::float8 as bytes,
       (select before_compression_total_bytes::float8 from hypertable_columnstore_stats($1::regclass)) as before,
       (select count(*)::int from timescaledb_information.chunks where hypertable_schema = 'public' and hypertable_name = $2) as chunks`,
    [`public.${table}`, table],
  );
  return {
    rows: dense[0]?.rows ?? 0,
    plain: dense[0]?.bytes ?? Number.NaN,
    before: after[0]?.before ?? Number.NaN,
    after: after[0]?.bytes ?? Number.NaN,
    chunks: after[0]?.chunks ?? 0,
  };
}

async function importSample(url: string, ...options: readonly string[]): Promise<void> {
  const series = ["--exchange=sample", "--symbol=BTC-PERP", "--timeframe=1m"];
  await run(process.execPath, [commandLine, "import:bars", sample, ...series, ...options], {
    env: { ...process.env, DATABASE_URL: url },
  });
}

async function onDatabase<Result>(
  work: (connection: DirectConnection, url: string) => Promise<Result>,
): Promise<Result> {
  await using database = await createTestDatabase({ edition: "timescale" });
  const superuser = await connectDirect(parseConnection(database.superuserUrl));
  await superuser.script("create extension if not exists timescaledb");
  await superuser.close();
  await migrateDatabase(database.url);
  const connection = await connectDirect(parseConnection(database.url));
  try {
    // The jobs would convert chunks, and drop them, while they are measured.
    await connection.query(
      "select alter_job(job_id, scheduled => false) from timescaledb_information.jobs where job_id >= 1000",
    );
    return await work(connection, database.url);
  } finally {
    await connection.close();
  }
}

benchCommand(
  "pnpm bench:compression",
  "Loads the sample's bars and four weeks of seeded orders, fills, snapshots and logs into TimescaleDB's community edition, and " +
    "compares each table in columns with the same rows freshly written into a plain one; takes some minutes.",
  "0 every target kept, 1 one missed, or no such server here",
).parse();

const measured = new Map<keyof typeof targets, Measured>();
try {
  await onDatabase(async (connection, url) => {
    await importSample(url);
    measured.set("bars with indicators", await measure(connection, "market_data"));
  });
  await onDatabase(async (connection, url) => {
    await importSample(url, "--no-indicators");
    measured.set("bars without indicators", await measure(connection, "market_data"));
    await connection.script(seedFourWeeks);
    for (const table of ["orders", "order_events", "trades", "portfolio_snapshots", "system_logs"] as const) {
      measured.set(table, await measure(connection, table));
    }
  });
} catch (error) {
  process.stderr.write(`Not measured: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const mebibytes = (bytes: number): string => (bytes / 1_024 / 1_024).toFixed(2).padStart(8);
process.stdout.write(
  "saved   target  to plain      rows  MiB before  MiB plain  MiB columns  chunks  table\n",
);
for (const [name, { rows, plain, before, after, chunks }] of measured) {
  const saved = 100 * (1 - after / before);
  // Also where nothing was measured.
  const isMissed = !(saved >= targets[name]);
  process.stdout.write(
    `${saved.toFixed(1)} %   ${targets[name]} %    ${(100 * (1 - after / plain)).toFixed(1)} %  ${String(rows).padStart(8)}    ${mebibytes(before)}   ${mebibytes(plain)}     ${mebibytes(after)}  ${String(chunks).padStart(6)}  ${name}${isMissed ? "   MISSED" : ""}\n`,
  );
  if (isMissed) process.exitCode = 1;
}
