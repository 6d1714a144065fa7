// The database a migration command works on: DATABASE_URL, else the embedded server, held for as long as the command runs.

import type { ConnectionSettings } from "@app/database";
import type { CommandIo } from "../../command-io.ts";

/** Runs `work` on the database and gives the embedded server back, whatever happens. */
export async function withDatabase<Result>(
  io: CommandIo,
  work: (connection: ConnectionSettings) => Promise<Result>,
): Promise<Result> {
  const { parseConnection } = await import("@app/database");
  const { resolveDatabaseUrl } = await import("@app/local-server");
  const database = await resolveDatabaseUrl({
    env: io.env,
    onProgress: (text) => io.stderr(`${text} ...\n`),
  });
  try {
    return await work(parseConnection(database.url));
  } finally {
    await database.release();
  }
}
