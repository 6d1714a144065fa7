// A database prepared once per run and server, to be cloned for every test file. Never used by a test itself.
// Invariant: it bears its final name only when it is complete; of several workers one prepares, the others wait.
import { createHash } from "node:crypto";
import { escapeIdentifier, type Client } from "pg";
import type { Edition } from "../editions/edition.ts";
import { urlOfDatabase } from "../embedded/credentials.ts";
import { createDatabaseFrom, disconnectEverybody, dropDatabase } from "./administration.ts";
import type { TestServer } from "./test-server.ts";

export interface DatabaseTemplate {
  /** Two templates of one name are taken for the same. */
  readonly name: string;
  /** Brings an empty database into the state to clone, and closes every connection it opened. */
  readonly prepare: (url: string, edition: Edition) => Promise<void>;
}

/** @returns the name of the template database. */
export async function ensureTemplate(
  client: Client,
  server: TestServer,
  template: DatabaseTemplate,
): Promise<string> {
  const digest = createHash("sha256").update(template.name).digest();
  const name = `template_${server.runId}_${digest.toString("hex").slice(0, 8)}`;
  if (await exists(client, name)) return name;
  const lockKey = [digest.readInt32BE(0), digest.readInt32BE(4)];
  await client.query("SELECT pg_advisory_lock($1, $2)", lockKey);
  try {
    if (await exists(client, name)) return name;
    const draft = `${name}_draft`;
    await dropDatabase(client, draft);
    await createDatabaseFrom(client, server, draft, "template0");
    try {
      await template.prepare(urlOfDatabase(server.url, draft), server.edition);
      // A closed database is left alone by TimescaleDB's workers too; one connection would hold up every clone.
      await client.query(`ALTER DATABASE ${escapeIdentifier(draft)} ALLOW_CONNECTIONS false`);
      await disconnectEverybody(client, draft);
      await client.query(`ALTER DATABASE ${escapeIdentifier(draft)} RENAME TO ${escapeIdentifier(name)}`);
    } catch (error) {
      await dropDatabase(client, draft);
      throw error;
    }
    return name;
  } finally {
    await client.query("SELECT pg_advisory_unlock($1, $2)", lockKey);
  }
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  return rowCount === 1;
}
