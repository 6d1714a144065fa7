// Runs once in a project named after an edition, before its first test file: brings the server up, hands it to the workers.
import type { TestProject } from "vitest/node";
import { isEdition } from "../editions/edition.ts";
import { ensureLocalServer } from "../ensure-local-server.ts";
import { administer } from "../testing/administration.ts";
import { createRunId, type TestServer } from "../testing/test-server.ts";

/** @returns the tear-down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const edition = project.name;
  if (!isEdition(edition)) throw new Error(`the vitest project ${edition} is not named after an edition`);
  const lease = await ensureLocalServer({ kind: "test" });
  const { url, superuserUrl, version } = lease;
  const server: TestServer = { edition, version, url, superuserUrl, runId: createRunId() };
  project.provide("testServer", server);
  return async () => {
    await removeDatabasesOf(server);
    await lease.release();
  };
}

// What a killed worker left, and the templates. An embedded server takes everything with it; a given one lives on.
async function removeDatabasesOf(server: TestServer): Promise<void> {
  await administer(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname ~ ('^(test|template)_' || $1)",
      [server.runId],
    );
    for (const { datname } of rows) {
      // oxlint-disable-next-line no-await-in-loop -- one connection runs one statement at a time
      await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
    }
  });
}
