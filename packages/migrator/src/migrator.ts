// The migrator: one object per database and declaration, each method one run with a connection of its own. Prints
// nothing and decides nothing a person should: contradictions are errors, drift is reported.

import type { ConnectionSettings } from "@app/database";

import type { ApplyOptions, ApplyResult } from "./apply.ts";
import { apply } from "./apply.ts";
import type { DeclaredSchema } from "./declared/declared-schema.ts";
import type { MigratorEventListener } from "./events.ts";
import type { PlanOptions, PlanResult } from "./plan/read-plan.ts";
import { readPlan } from "./plan/read-plan.ts";
import type { RollbackOptions, RollbackResult } from "./rollback/rollback.ts";
import { defaultPatience } from "./session/run-patience.ts";
import type { RunPatience } from "./session/run-patience.ts";
import type { StatusResult } from "./status.ts";
import { readStatus } from "./status.ts";
import type { VerifyResult } from "./verify.ts";
import { verify } from "./verify.ts";

/** The database a migrator works on, what it shall be, and how patient a run is. */
export interface MigratorOptions {
  readonly connection: ConnectionSettings;
  /** What the database shall be. @defaultValue the declaration of `@app/schema` */
  readonly declared?: DeclaredSchema;
  /** @defaultValue see {@link RunPatience} */
  readonly patience?: Partial<RunPatience>;
  /** Told what a run does while it goes. @defaultValue nobody is told */
  readonly onEvent?: MigratorEventListener;
}

/** Brings one database to the declared state, and says how far it is from it. */
export interface Migrator {
  /** What is applied, what is pending, what contradicts, what drifted. Reads only; takes no lock. */
  status(): Promise<StatusResult>;
  /** Every step `apply` would take. Reads only; takes no lock. @throws MigrationHistoryError */
  plan(options?: PlanOptions): Promise<PlanResult>;
  /** Takes the lock, runs every pending step, verifies. @throws MigratorError */
  apply(options?: ApplyOptions): Promise<ApplyResult>;
  /** Compares the live catalogue with the declared one. Reads only. @throws MigratorError */
  verify(): Promise<VerifyResult>;
  /** Takes versions back. @throws DataLossError when rows would go and that was not allowed */
  rollback(options?: RollbackOptions): Promise<RollbackResult>;
}

/** What every operation is given. */
export interface MigratorContext {
  readonly connection: ConnectionSettings;
  readonly declared: () => Promise<DeclaredSchema>;
  readonly patience: RunPatience;
  readonly onEvent: MigratorEventListener;
}

/**
 * Makes a migrator. Connects only when a method is called.
 * @example
 * const migrator = createMigrator({ connection: parseConnection(process.env["DATABASE_URL"]) });
 * const { steps, differences } = await migrator.apply();
 */
export function createMigrator(options: MigratorOptions): Migrator {
  const { declared } = options;
  const context: MigratorContext = {
    // Shown in pg_stat_activity, and to whoever waits for this run.
    connection: options.connection.with({ applicationName: `migrate ${process.pid}` }),
    declared: async () => declared ?? (await import("./declared/schema-source.ts")).loadDeclaredSchema(),
    patience: { ...defaultPatience, ...options.patience },
    onEvent: options.onEvent ?? (() => undefined),
  };
  return {
    status: async () => readStatus(context),
    plan: async (planOptions = {}) => readPlan(context, planOptions),
    apply: async (applyOptions = {}) => apply(context, applyOptions),
    verify: async () => verify(context),
    rollback: async (rollbackOptions = {}) =>
      (await import("./rollback/rollback.ts")).rollback(context, rollbackOptions),
  };
}
