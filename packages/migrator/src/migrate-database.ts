// The one-line way to a migrated database, for tests and scripts.

import { parseConnection } from "@app/database";

import { MigratorError } from "./errors.ts";
import { createMigrator } from "./migrator.ts";

/**
 * Brings the database at `url` to the declared state.
 * @throws MigratorError when it cannot, or when the result is not as declared.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const result = await createMigrator({ connection: parseConnection(url) }).apply();
  const [first] = result.differences ?? [];
  if (first !== undefined) {
    throw new MigratorError(
      "drift-found",
      `After migrating, the database is not as declared: ${first.message}. Look at \`pnpm migrate:verify\`.`,
    );
  }
}
