// For tests of this workspace only: the migrated database, migrations made up for a test, and the live catalogue.

export { createMigrationFixture, type FixtureMigration, type MigrationFixture } from "./migration-fixture.ts";
export { migratedTemplate } from "./migrated-template.ts";
export { readLiveCatalogue } from "./read-live-catalogue.ts";
export { unmigratedTemplate } from "./unmigrated-template.ts";
