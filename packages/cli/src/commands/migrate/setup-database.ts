// pnpm setup:database: creates the database DATABASE_URL names if it is missing, sets what every session should have, and
// migrates it.

import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";
import { printApplied, toDocument } from "./migrate.ts";
import { addPatienceOptions, patienceOf, type PatienceOptions } from "./patience-options.ts";
import { withDatabase } from "./with-database.ts";

interface SetupOptions extends PatienceOptions {
  readonly json?: true;
  readonly verbose?: true;
}

export function registerSetupDatabase(program: Command, io: CommandIo): void {
  const command = program
    .command("setup:database")
    .description("create the database if it is missing, set it up and migrate it")
    .option("--json", "print one JSON document");
  addPatienceOptions(command).action(async (options: SetupOptions) =>
    withDatabase(io, async (connection) => {
      const { createMigrator, setupDatabase } = await import("@app/migrator");
      const { eventPrinter } = await import("./describe-event.ts");
      const setup = await setupDatabase(connection);
      if (options.json !== true) {
        io.stdout(`Database "${setup.database}" ${setup.created ? "created" : "was there already"}.\n`);
        for (const { name, value, done, reason, sql } of setup.settings) {
          io.stdout(
            done
              ? `Set ${name} to ${value}: ${reason}.\n`
              : `${name} is left as it was: only the database's owner may run \`${sql}\` (${reason}).\n`,
          );
        }
      }
      using printer = eventPrinter(io, options.verbose === true);
      const result = await createMigrator({
        connection,
        patience: patienceOf(options),
        onEvent: printer.listen,
      }).apply();
      if (options.json === true) {
        io.stdout(`${JSON.stringify({ setup, migrate: toDocument(result) })}\n`);
      } else {
        await printApplied(io, result);
      }
      if (result.differences === null || result.differences.length > 0) process.exitCode = 2;
    }),
  );
}
