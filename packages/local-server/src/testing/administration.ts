// The few statements that make, clone and drop databases on a test server, each on a connection of its own.
import { Client, DatabaseError, escapeIdentifier } from "pg";
import type { TestServer } from "./test-server.ts";

/** Runs `work` on a superuser connection (where the server has one to give) and closes it. */
export async function administer<Result>(
  server: TestServer,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: server.superuserUrl, application_name: "test databases" });
  // A lost connection surfaces in the query that is running; without a listener it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function createDatabaseFrom(
  client: Client,
  server: TestServer,
  name: string,
  template: string,
): Promise<void> {
  const owner = decodeURIComponent(new URL(server.url).username);
  const statement = `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)} TEMPLATE ${escapeIdentifier(template)}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      // A background worker (autovacuum, TimescaleDB's scheduler) may sit in the template for a moment.
      if (!(error instanceof DatabaseError) || error.code !== "55006" || attempt === 5) throw error;
      await disconnectEverybody(client, template);
    }
  }
}

export async function dropDatabase(client: Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
}

export async function disconnectEverybody(client: Client, database: string): Promise<void> {
  await client.query(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
    [database],
  );
}
