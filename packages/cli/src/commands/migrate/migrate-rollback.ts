// pnpm migrate:rollback: takes versions back, in one transaction, and refuses to lose rows unless told to.

import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";
import { addPatienceOptions, patienceOf, type PatienceOptions } from "./patience-options.ts";
import { withDatabase } from "./with-database.ts";

interface RollbackCommandOptions extends PatienceOptions {
  readonly to?: string;
  readonly allowDataLoss?: true;
  readonly json?: true;
  readonly verbose?: true;
}

export function registerMigrateRollback(program: Command, io: CommandIo): void {
  const command = program
    .command("migrate:rollback")
    .description("take back the newest migration, or all after the one named")
    .option("--to <version>", "the version to keep, as number or name; none for an empty database")
    .option("--allow-data-loss", "go on although rows or values would be lost")
    .option("--json", "print one JSON document");
  addPatienceOptions(command).action(async (options: RollbackCommandOptions) =>
    withDatabase(io, async (connection) => {
      const { createMigrator } = await import("@app/migrator");
      const { eventPrinter } = await import("./describe-event.ts");
      const { describeServer } = await import("./describe-server.ts");
      using printer = eventPrinter(io, options.verbose === true);
      const migrator = createMigrator({
        connection,
        patience: patienceOf(options),
        onEvent: printer.listen,
      });
      const result = await migrator.rollback({
        ...(options.to === undefined ? {} : { to: options.to }),
        allowDataLoss: options.allowDataLoss ?? false,
      });
      if (options.json === true) {
        io.stdout(`${JSON.stringify(result)}\n`);
        return;
      }
      const { reverted, version, server, durationMs } = result;
      io.stdout(
        reverted.length === 0
          ? `Nothing to take back: ${describeServer(server)} is at ${version ?? "no version"}.\n`
          : `Took back ${reverted.join(", ")} in ${Math.round(durationMs)} ms; ${describeServer(server)} is at ${version ?? "no version"}.\n`,
      );
    }),
  );
}
