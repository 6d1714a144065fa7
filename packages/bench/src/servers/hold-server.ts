// The server that benchmarks of an edition run on, held until it is given back: that of the edition's tests, but for the embedded one,
// which has an instance of its own. Invariant: what is seeded on the embedded one outlives the command.
import { ensureLocalServer } from "@app/local-server";
import { createTestDatabase, type Edition } from "@app/local-server/testing";

/** Where a server comes from that is not started for the command. */
const urlVariables: Readonly<Record<Edition, string>> = {
  postgres: "TEST_POSTGRES_URL",
  timescale: "TEST_TIMESCALE_URL",
  "timescale-apache": "TEST_TIMESCALE_APACHE_URL",
};

/** A server, as long as it is held. */
export interface HeldServer extends AsyncDisposable {
  /** As the role that owns what is made. Addresses hold passwords. */
  readonly url: string;
  readonly superuserUrl: string;
  /** For people, for example "PostgreSQL 18.6, TimescaleDB 2.29.2". */
  readonly version: string;
  /** Whether what is on it outlives the command. */
  readonly stays: boolean;
}

/** @throws {Error} where no server of the edition can be had */
export async function holdServer(edition: Edition): Promise<HeldServer> {
  const isNamed = (process.env[urlVariables[edition]] ?? "").trim() !== "";
  if (edition === "postgres" && !isNamed && process.env["VITEST"] === undefined) {
    const lease = await ensureLocalServer({
      kind: "bench",
      onProgress: (text) => process.stderr.write(`${text} ...\n`),
    });
    return {
      url: lease.url,
      superuserUrl: lease.superuserUrl,
      version: `PostgreSQL ${lease.version}`,
      stays: true,
      [Symbol.asyncDispose]: () => lease.release(),
    };
  }
  const hold = await createTestDatabase({ edition });
  return {
    url: hold.url,
    superuserUrl: hold.superuserUrl,
    version: hold.serverVersion,
    stays: isNamed,
    [Symbol.asyncDispose]: () => hold.drop(),
  };
}

/** The address of another database of the same server. */
export function urlOfDatabase(url: string, database: string): string {
  const moved = new URL(url);
  moved.pathname = `/${database}`;
  return moved.href;
}
