// pnpm migrate:dry-run: every step `pnpm migrate` would take, with its SQL. Changes nothing.

import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";
import { withDatabase } from "./with-database.ts";

interface DryRunOptions {
  readonly reapply?: true;
  readonly json?: true;
}

export function registerMigrateDryRun(program: Command, io: CommandIo): void {
  program
    .command("migrate:dry-run")
    .description("show every step migrate would take, with its SQL; exit 2 when there is one")
    .option("--reapply", "as if every function, trigger and view were to be made again")
    .option("--json", "print one JSON document")
    .action(async (options: DryRunOptions) =>
      withDatabase(io, async (connection) => {
        const { createMigrator } = await import("@app/migrator");
        const plan = await createMigrator({ connection }).plan({ reapply: options.reapply ?? false });
        if (options.json === true) {
          io.stdout(`${JSON.stringify(plan)}\n`);
        } else {
          const { describePlan } = await import("./describe-plan.ts");
          const { describeServer } = await import("./describe-server.ts");
          io.stdout(`-- ${describeServer(plan.server)}\n`);
          io.stdout(plan.steps.length === 0 ? "-- nothing to do\n" : describePlan(plan.steps));
        }
        process.exitCode = plan.steps.length === 0 ? 0 : 2;
      }),
    );
}
