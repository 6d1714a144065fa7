// A server of one edition for one run of benchmarks, and databases on it, each migrated and with its jobs at rest.
// Invariant: closing it removes every database and stops what was started for it.
import { randomBytes } from "node:crypto";
import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase, type Edition } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";

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

function urlOf(url: string, database: string): string {
  const moved = new URL(url);
  moved.pathname = `/${database}`;
  return moved.href;
}

async function asSuperuser(url: string, ...statements: readonly string[]): Promise<void> {
  await using superuser = await connectDirect(parseConnection(url));
  for (const statement of statements) await superuser.query(statement);
}

/** @throws when no server of the edition can be had */
export async function openBenchServer(edition: Edition): Promise<BenchServer> {
  // Holds the server for as long as it is there.
  const hold = await createTestDatabase({ edition });
  const owner = decodeURIComponent(new URL(hold.url).username);
  const databases: string[] = [];
  return {
    edition,
    version: hold.serverVersion,
    async createDatabase() {
      const name = `bench_${randomBytes(5).toString("hex")}`;
      await asSuperuser(hold.superuserUrl, `create database ${name} owner "${owner}" template template0`);
      databases.push(name);
      const database = { url: urlOf(hold.url, name), superuserUrl: urlOf(hold.superuserUrl, name) };
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
      await hold.drop();
    },
  };
}
