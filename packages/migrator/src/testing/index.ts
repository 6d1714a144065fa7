// For tests of this workspace only: migrations made up for a test, and the live catalogue.

export { createMigrationFixture, type FixtureMigration, type MigrationFixture } from "./migration-fixture.ts";
export { readLiveCatalogue } from "./read-live-catalogue.ts";
