// The public API of the migrator: bring a database to the declared state, and say how far it is from it.

export { migrateDatabase } from "./migrate-database.ts";
export { createMigrator, type Migrator, type MigratorOptions } from "./migrator.ts";
export type { ApplyOptions, ApplyResult } from "./apply.ts";
export type { PlanOptions, PlanResult } from "./plan/read-plan.ts";
export type { GuardedClass } from "./time-series/declared-state.ts";
export type { PlanStep, SafetyClass, StepAction, StepKind, StepStatement } from "./plan/step.ts";
export type { RollbackOptions, RollbackResult } from "./rollback/rollback.ts";
export type { StatusResult } from "./status.ts";
export type { VerifyResult } from "./verify.ts";
export type { CatalogueDifference, DifferenceKind } from "./catalogue/difference.ts";
export type { Catalogue, CatalogueClass, CatalogueObject } from "./catalogue/catalogue.ts";
export type { DeclaredSchema } from "./declared/declared-schema.ts";
export type { LedgerRow } from "./ledger/ledger-row.ts";
export type { MigratorEvent, MigratorEventListener } from "./events.ts";
export { catchUp, type CatchUpOptions, type CatchUpResult } from "./maintenance/catch-up.ts";
export { maintain, type MaintainOptions, type MaintainResult } from "./maintenance/maintain.ts";
export type { BacklogOutcome } from "./maintenance/backlog.ts";
export { maintenanceLockKey } from "./maintenance/maintenance-lock.ts";
export type { MaintenanceEvent, MaintenanceListener } from "./maintenance/maintenance-event.ts";
export type { RetentionOutcome } from "./maintenance/retention-task.ts";
export { setupDatabase, type SetupResult } from "./setup/setup-database.ts";
export { defaultPatience, type RunPatience } from "./session/run-patience.ts";
export type { ServerDescription } from "./session/server-description.ts";
export {
  type DataLoss,
  DataLossError,
  type HistoryProblem,
  type LockHolder,
  MigrationBlockedError,
  MigrationConnectionError,
  MigrationHistoryError,
  MigrationStatementError,
  MigratorError,
  type MigratorErrorCode,
  type StatementPlace,
  TableMoveError,
  UnsuitableServerError,
} from "./errors.ts";
