// pnpm migrate:verify: compares the live catalogue with the declared one and names each difference with its mend.

import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";
import { withDatabase } from "./with-database.ts";

export function registerMigrateVerify(program: Command, io: CommandIo): void {
  program
    .command("migrate:verify")
    .description("compare the database with what is declared; exit 2 when it differs")
    .option("--json", "print one JSON document")
    .action(async (options: { readonly json?: true }) =>
      withDatabase(io, async (connection) => {
        const { createMigrator } = await import("@app/migrator");
        const result = await createMigrator({ connection }).verify();
        const { server, pending, differences, fingerprint } = result;
        if (options.json === true) {
          io.stdout(`${JSON.stringify(result)}\n`);
        } else {
          const { describeDrift } = await import("./describe-drift.ts");
          const { describeServer } = await import("./describe-server.ts");
          io.stdout(`${describeServer(server)}\n`);
          if (pending.length > 0) io.stdout(`pending, so missing below: ${pending.join(", ")}\n`);
          io.stdout(
            differences.length === 0
              ? `Verified: the database is as declared (fingerprint ${fingerprint.slice(0, 16)}).\n`
              : `The database differs from what is declared (${differences.length}):\n${describeDrift(differences)}`,
          );
        }
        process.exitCode = differences.length === 0 && pending.length === 0 ? 0 : 2;
      }),
    );
}
