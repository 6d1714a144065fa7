// A migrated database with the repositories of fills and positions over it, for one test file. Where the server has TimescaleDB,
// fills and bars lie in chunks, as in production.
import { connectDirect, createDatabase, type Database, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { createPositions, type Positions } from "../../positions/positions.ts";
import { poolScope } from "../../statements/scope.ts";
import { createTrades, type Trades } from "../trades.ts";

/** What a test works with; close it at the end. */
export interface FillsDatabase {
  readonly database: Database;
  readonly trades: Trades;
  readonly positions: Positions;
  close(): Promise<void>;
}

/** Migrated on the spot: a database with the extension has workers connected to it, and cannot be cloned. */
async function createMigratedDatabase(): Promise<TestDatabase> {
  const created = await createTestDatabase();
  if (created.edition !== "postgres") {
    const superuser = await connectDirect(parseConnection(created.superuserUrl));
    await superuser.query("create extension timescaledb");
    await superuser.close();
  }
  await migrateDatabase(created.url);
  if (created.edition === "timescale") await restJobs(created.url);
  return created;
}

/** Tests record fills of old: a job that converts their chunks meanwhile would be part of the test. */
async function restJobs(url: string): Promise<void> {
  const owner = await connectDirect(parseConnection(url));
  await owner.query(
    "select alter_job(job_id, next_start => now() + interval '1 day') from timescaledb_information.jobs where job_id >= 1000",
  );
  await owner.close();
}

/** Makes one. */
export async function openFillsDatabase(): Promise<FillsDatabase> {
  const server = await createMigratedDatabase();
  const database = createDatabase(parseConnection(server.url), { poolSize: 8 });
  const scope = poolScope(database);
  return {
    database,
    trades: createTrades(scope),
    positions: createPositions(scope),
    async close() {
      await database.close();
      await server.drop();
    },
  };
}

/** What a promise is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return "nothing: it was accepted";
}
