// A database that lives for one reading of the catalogue, beside the one a connection names.

import { randomBytes } from "node:crypto";

import type { ConnectionSettings } from "@app/database";
import { connectDirect, quoteIdentifier } from "@app/database";

/** Makes an empty database on the same server, hands it to `work`, and drops it whatever happens. */
export async function withScratchDatabase<Result>(
  server: ConnectionSettings,
  work: (connection: ConnectionSettings) => Promise<Result>,
): Promise<Result> {
  const name = `scratch_${randomBytes(6).toString("hex")}`;
  const maintenance = await connectDirect(server);
  try {
    await maintenance.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`);
    try {
      return await work(server.with({ database: name }));
    } finally {
      await maintenance.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
    }
  } finally {
    await maintenance.close();
  }
}
