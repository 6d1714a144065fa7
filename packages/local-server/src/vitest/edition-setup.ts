// Runs once in an edition's project, before its first test file: brings the server up and hands it to the workers.
// Never throws: what went wrong is handed on instead, so that the other editions run and the report can say it.
import type { TestProject } from "vitest/node";
import { startEditionServer, type EditionServer } from "../editions/edition-server.ts";
import type { EditionSource } from "../editions/edition-source.ts";
import { administer, dropDatabase } from "../testing/administration.ts";
import { createRunId, type TestServer } from "../testing/test-server.ts";

/** @returns the tear-down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { editionSource } = project.getProvidedContext();
  let started: EditionServer;
  try {
    started = await startEditionServer(editionSource, "tests", (text) =>
      process.stderr.write(`${text} ...\n`),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // An image and its container are an extra of this machine; a server that everybody has, or that was named, must be there.
    const isTolerated = editionSource.kind === "docker" && !editionSource.isRequired;
    project.provide("testServerProblem", { reason, isTolerated });
    return async () => {};
  }
  return handOn(project, editionSource, started);
}

function handOn(project: TestProject, source: EditionSource, started: EditionServer): () => Promise<void> {
  const { url, superuserUrl, version, stop } = started;
  const server: TestServer = { edition: source.edition, version, url, superuserUrl, runId: createRunId() };
  project.provide("testServer", server);
  // In watch mode the code behind the templates may have changed.
  project.onTestsRerun(() => project.provide("testServer", { ...server, runId: createRunId() }));
  return async () => {
    // A container takes everything with it.
    if (source.kind !== "docker") await removeDatabasesOf(server);
    await stop();
  };
}

// The templates, and what a killed worker left.
async function removeDatabasesOf(server: TestServer): Promise<void> {
  await administer(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname ~ ('^(test|template)_' || $1)",
      [server.runId],
    );
    for (const { datname } of rows) {
      await dropDatabase(client, datname);
    }
  });
}
