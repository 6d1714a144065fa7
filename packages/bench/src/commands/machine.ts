// Where a run was made: this machine, and the server it measured. Read, not judged.
import { arch, cpus, platform, totalmem } from "node:os";
import type { Queryable } from "@app/database";
import type { Machine, MeasuredServer } from "../results/bench-report.ts";

/** Settings of the server that times depend on. */
const SETTINGS = [
  "shared_buffers",
  "work_mem",
  "effective_cache_size",
  "max_connections",
  "max_locks_per_transaction",
  "max_parallel_workers_per_gather",
  "random_page_cost",
  "jit",
  "fsync",
  "synchronous_commit",
  "wal_level",
  "checkpoint_timeout",
] as const;

/** This machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    platform: platform(),
    architecture: arch(),
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.versions.node,
    nodeOptions: [process.env["NODE_OPTIONS"] ?? "", ...process.execArgv].filter(Boolean).join(" "),
  };
}

/** The server behind a connection. */
export async function describeServer(database: Queryable): Promise<MeasuredServer> {
  const { rows } = await database.query<{
    readonly version: string;
    readonly timescale: string | null;
    readonly license: string | null;
  }>(
    `select current_setting('server_version') as version,
       (select extversion from pg_extension where extname = 'timescaledb') as timescale,
       current_setting('timescaledb.license', true) as license`,
  );
  const [found] = rows;
  if (found === undefined) throw new TypeError("The server said nothing of itself.");
  const settings = await database.query<{ readonly name: string; readonly value: string }>(
    `select name, current_setting(name) as value from pg_settings where name = any($1) order by name`,
    [SETTINGS],
  );
  const withExtension = found.license === "apache" ? "timescale-apache" : "timescale";
  return {
    edition: found.timescale === null ? "postgres" : withExtension,
    postgresVersion: found.version.split(" ")[0] ?? found.version,
    timescaleVersion: found.timescale ?? undefined,
    settings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
  };
}
