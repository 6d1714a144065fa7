// Databases on the server of one run of benchmarks, each migrated and with its jobs at rest.
// Invariant: closing it removes every database.
import { randomBytes } from "node:crypto";
import { connectDirect, parseConnection, quoteIdentifier } from "@app/database";
import type { Edition } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { type HeldServer, urlOfDatabase } from "./hold-server.ts";

/** A migrated database. */
export interface BenchDatabase {
  /** As the database's owner. */
  readonly url: string;
  readonly superuserUrl: string;
}

/** A server with databases to measure on. */
export interface BenchServer extends AsyncDisposable {
  readonly edition: Edition;
  readonly version: string;
  createDatabase(): Promise<BenchDatabase>;
}

async function asSuperuser(url: string, ...statements: readonly string[]): Promise<void> {
  await using superuser = await connectDirect(parseConnection(url));
  for (const statement of statements) await superuser.query(statement);
}

/** What the databases of this file are called; the time they were made at follows. */
const PREFIX = "bench_own_";

/** No run takes as long. */
const ABANDONED_MILLISECONDS = 6 * 3_600_000;

/** Those of a run that was killed. */
async function removeAbandoned(superuserUrl: string): Promise<void> {
  await using superuser = await connectDirect(parseConnection(superuserUrl));
  const { rows } = await superuser.query<{ readonly name: string }>(
    "select datname as name from pg_database where starts_with(datname, $1)",
    [PREFIX],
  );
  for (const { name } of rows) {
    const madeAt = Number.parseInt(name.slice(PREFIX.length).split("_")[0] ?? "", 36);
    if (Date.now() - madeAt < ABANDONED_MILLISECONDS) continue;
    await superuser.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
  }
}

/** On a server that somebody else holds, and gives back after this is closed. */
export async function openBenchServer(edition: Edition, hold: HeldServer): Promise<BenchServer> {
  await removeAbandoned(hold.superuserUrl);
  const owner = decodeURIComponent(new URL(hold.url).username);
  const databases: string[] = [];
  return {
    edition,
    version: hold.version,
    async createDatabase() {
      const name = `${PREFIX}${Date.now().toString(36)}_${randomBytes(3).toString("hex")}`;
      await asSuperuser(
        hold.superuserUrl,
        `create database ${quoteIdentifier(name)} owner ${quoteIdentifier(owner)} template template0`,
      );
      databases.push(name);
      const database = {
        url: urlOfDatabase(hold.url, name),
        superuserUrl: urlOfDatabase(hold.superuserUrl, name),
      };
      if (edition !== "postgres") await asSuperuser(database.superuserUrl, "create extension timescaledb");
      await migrateDatabase(database.url);
      if (edition === "timescale") {
        // Jobs would convert and drop chunks while they are measured.
        await asSuperuser(
          database.superuserUrl,
          "select alter_job(job_id, scheduled => false) from timescaledb_information.jobs where job_id >= 1000",
        );
      }
      return database;
    },
    async [Symbol.asyncDispose]() {
      for (const name of databases) {
        await asSuperuser(hold.superuserUrl, `drop database if exists ${name} with (force)`);
      }
    },
  };
}
