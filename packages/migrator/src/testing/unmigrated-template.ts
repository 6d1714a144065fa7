// An empty database as an operator hands it over: on the editions of TimescaleDB with the extension.

import { connectDirect, parseConnection } from "@app/database";

/** What `createTestDatabase` clones for a test that migrates by itself. */
export const unmigratedTemplate = {
  name: "nothing but the extension",
  prepare: async (url: string, edition: string): Promise<void> => {
    if (edition === "postgres") return;
    await using owner = await connectDirect(parseConnection(url));
    await owner.query("create extension timescaledb");
  },
};
