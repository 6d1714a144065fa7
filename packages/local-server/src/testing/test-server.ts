// The server that tests of one edition use. In a vitest worker it comes from the project's set-up, elsewhere it is leased.
import { randomBytes } from "node:crypto";
import type { Edition } from "../editions/edition.ts";

/** Plain data: it is handed to vitest's workers. The addresses hold passwords. */
export interface TestServer {
  readonly edition: Edition;
  /** Of PostgreSQL, and of TimescaleDB where there is one. */
  readonly version: string;
  /** As a role that may create databases; new test databases belong to it. */
  readonly url: string;
  readonly superuserUrl: string;
  /** Part of every database name, so that two runs on one server never share or drop each other's. */
  readonly runId: string;
}

/** Why an edition's project has no server. */
export interface TestServerProblem {
  readonly reason: string;
  /** True when its files are left out of the run; false when each of them fails. */
  readonly isTolerated: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    testServer?: TestServer;
    testServerProblem?: TestServerProblem;
  }
}

export interface TestServerLease {
  readonly server: TestServer;
  release(this: void): Promise<void>;
}

/** Letters and digits; sorts by time of creation. */
export function createRunId(): string {
  return `${Math.floor(Date.now() / 1000).toString(36)}${randomBytes(3).toString("hex")}`;
}

/** The server of the running vitest project; outside of vitest the embedded test server, or one of the edition asked for. */
export async function leaseTestServer(edition?: Edition): Promise<TestServerLease> {
  if (process.env["VITEST"] !== undefined) {
    const { inject } = await import("vitest");
    const server = inject("testServer");
    if (server === undefined) {
      const reason = inject("testServerProblem")?.reason;
      throw new Error(
        reason ?? "This vitest project has no database server: name the file x.pg.test.ts to get one.",
      );
    }
    if (edition !== undefined && edition !== server.edition) {
      throw new Error(`A database on ${edition} was asked for in the vitest project of ${server.edition}.`);
    }
    return { server, release: async () => {} };
  }
  const wanted = edition ?? "postgres";
  const { findEditionSources } = await import("../editions/edition-source.ts");
  const { startEditionServer } = await import("../editions/edition-server.ts");
  const sources = await findEditionSources({ ...process.env, TEST_EDITIONS: wanted });
  const source = sources.find((found) => found.edition === wanted);
  if (source === undefined || source.kind === "missing") {
    throw new Error(`No server of edition ${wanted} can be had: ${source?.reason ?? "unknown"}.`);
  }
  // Tests have theirs by the project; what asks outside of one measures.
  const started = await startEditionServer(source, "benchmarks", (text) =>
    process.stderr.write(`${text} ...\n`),
  );
  const { url, superuserUrl, version, stop } = started;
  return { server: { edition: wanted, version, url, superuserUrl, runId: createRunId() }, release: stop };
}
