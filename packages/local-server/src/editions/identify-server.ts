// Asks a server what it is: its versions, and which edition it can serve. Leaves nothing behind on it.
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { urlOfDatabase } from "../embedded/credentials.ts";
import type { Edition } from "./edition.ts";

export interface ServerIdentity {
  readonly postgresVersion: string;
  /** Undefined where TimescaleDB is not installed on the server. */
  readonly timescaleVersion: string | undefined;
  /** "apache" or "timescale"; undefined where the library is not loaded. */
  readonly timescaleLicense: string | undefined;
}

const identityQuery = `
  SELECT current_setting('server_version') AS postgres,
         (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb') AS timescale,
         current_setting('timescaledb.license', true) AS license,
         position('timescaledb' IN current_setting('shared_preload_libraries')) > 0 AS preloaded`;

interface IdentityRow {
  readonly postgres: string;
  readonly timescale: string | null;
  readonly license: string | null;
  readonly preloaded: boolean;
}

/**
 * Needs the right to create a database where TimescaleDB is: its licence shows only where the extension is.
 * @throws the driver's error when the server cannot be reached or refuses.
 */
export async function identifyServer(url: string): Promise<ServerIdentity> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<IdentityRow>(identityQuery);
    const [row] = rows;
    if (row === undefined) throw new Error("the server did not say what it is");
    // "18.6 (Debian 18.6-1)": the packager's part says nothing here.
    const postgresVersion = row.postgres.split(" ")[0] ?? row.postgres;
    const timescaleVersion = row.preloaded ? (row.timescale ?? undefined) : undefined;
    const timescaleLicense =
      row.license ?? (timescaleVersion === undefined ? undefined : await licenseFromProbe(client, url));
    return { postgresVersion, timescaleVersion, timescaleLicense };
  });
}

async function licenseFromProbe(client: Client, url: string): Promise<string | undefined> {
  const probe = `edition_probe_${randomBytes(5).toString("hex")}`;
  await client.query(`CREATE DATABASE ${probe} TEMPLATE template0`);
  try {
    return await withClient(urlOfDatabase(url, probe), async (inside) => {
      await inside.query("CREATE EXTENSION timescaledb");
      const { rows } = await inside.query<IdentityRow>(identityQuery);
      return rows[0]?.license ?? undefined;
    });
  } finally {
    await client.query(`DROP DATABASE ${probe} WITH (FORCE)`);
  }
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 30_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function describeIdentity(identity: ServerIdentity): string {
  const { postgresVersion, timescaleVersion } = identity;
  return timescaleVersion === undefined
    ? `PostgreSQL ${postgresVersion}`
    : `PostgreSQL ${postgresVersion}, TimescaleDB ${timescaleVersion}`;
}

/** @returns undefined when the server can serve the edition, else the reason in a few words. */
export async function whyNotEdition(edition: Edition, url: string): Promise<string | undefined> {
  let identity: ServerIdentity;
  try {
    identity = await identifyServer(url);
  } catch (error) {
    return `cannot connect (${error instanceof Error ? error.message || error.name : String(error)})`;
  }
  return whyNotServedBy(edition, identity);
}

export function whyNotServedBy(edition: Edition, identity: ServerIdentity): string | undefined {
  if (edition === "postgres") return undefined;
  if (identity.timescaleVersion === undefined) return "that server does not have TimescaleDB loaded";
  const license = identity.timescaleLicense ?? "unknown";
  const wanted = edition === "timescale" ? "timescale" : "apache";
  return license === wanted ? undefined : `that server's timescaledb.license is ${license}, not ${wanted}`;
}
