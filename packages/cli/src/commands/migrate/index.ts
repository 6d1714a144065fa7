export { registerDbGenerate } from "./db-generate.ts";
export { registerMigrate } from "./migrate.ts";
export { registerMigrateDryRun } from "./migrate-dry-run.ts";
export { registerMigrateRollback } from "./migrate-rollback.ts";
export { registerMigrateStatus } from "./migrate-status.ts";
export { registerMigrateVerify } from "./migrate-verify.ts";
export { registerSetupDatabase } from "./setup-database.ts";
