// Where the generated base migrations lie. They are immutable once applied anywhere; see `pnpm db:generate`.

/** Directory of NNNN_name.sql, its down files, and drizzle-kit's journal and snapshots under meta/. */
export const migrationsDirectory: URL = new URL("../migrations/", import.meta.url);
