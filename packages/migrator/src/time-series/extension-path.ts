// The extension may have been installed into a schema of its own; its functions are found by the session's search path.

import type { MigrationSession } from "../session/session.ts";

/** Runs `work` with the extension's schema in the search path, and takes it out again whatever happens. */
export async function withExtensionFound<Result>(
  session: MigrationSession,
  work: () => Promise<Result>,
): Promise<Result> {
  const { timescaleSchema } = session.server;
  const path =
    timescaleSchema === null || timescaleSchema === "public" ? "public" : `public, ${timescaleSchema}`;
  await session.query("SELECT set_config('search_path', $1, false)", [path]);
  try {
    return await work();
  } finally {
    await session.query("SELECT set_config('search_path', 'public', false)").catch(() => []);
  }
}
