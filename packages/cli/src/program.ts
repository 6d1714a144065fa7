// The command line as a whole: every command by name. The commands load what they need when they run, so that asking for
// one does not pay for the others.
import { Command } from "commander";
import type { CommandIo } from "./command-io.ts";
import { registerImportBars } from "./commands/import-bars/index.ts";
import { registerDbStart, registerDbStop, registerDbUrl } from "./commands/local-server/index.ts";
import { registerDbMaintain } from "./commands/maintain/index.ts";
import {
  registerDbGenerate,
  registerMigrate,
  registerMigrateDryRun,
  registerMigrateRollback,
  registerMigrateStatus,
  registerMigrateVerify,
  registerSetupDatabase,
} from "./commands/migrate/index.ts";
import { registerQuickstart } from "./commands/quickstart/index.ts";

const REGISTRATIONS = [
  registerQuickstart,
  registerImportBars,
  registerMigrate,
  registerMigrateStatus,
  registerMigrateDryRun,
  registerMigrateVerify,
  registerMigrateRollback,
  registerSetupDatabase,
  registerDbGenerate,
  registerDbMaintain,
  registerDbStart,
  registerDbStop,
  registerDbUrl,
] as const;

/** @returns the program with all its commands */
export function createProgram(io: CommandIo): Command {
  const program = new Command("pnpm")
    .description("Trading data layer: bars, orders and trades in PostgreSQL and TimescaleDB.")
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) });
  for (const register of REGISTRATIONS) register(program, io);
  // Here, because a failure's report advises it whichever command failed.
  for (const command of program.commands) {
    command.option("--verbose", "show the stack of an error, and of a migration every statement");
  }
  program.addHelpText(
    "after",
    `
Every command works on the database named by DATABASE_URL, else on an embedded PostgreSQL kept in .data/; db:generate
needs only a scratch database, which it always makes on the embedded one.
Exit codes: 0 done, 1 failure, 2 something to look at (drift, pending migrations, refused rows).
`,
  );
  return program;
}
