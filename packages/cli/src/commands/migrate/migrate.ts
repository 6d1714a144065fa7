// pnpm migrate: brings the database to the declared state and verifies it.

import type { Command } from "commander";
import type { ApplyResult } from "@app/migrator";
import type { CommandIo } from "../../command-io.ts";
import { addPatienceOptions, patienceOf, type PatienceOptions } from "./patience-options.ts";
import { withDatabase } from "./with-database.ts";

interface MigrateOptions extends PatienceOptions {
  readonly reapply?: true;
  readonly json?: true;
  readonly verbose?: true;
}

export function registerMigrate(program: Command, io: CommandIo): void {
  const command = program
    .command("migrate")
    .description("apply what is pending, then verify; exit 2 when the database is not as declared")
    .option("--reapply", "make every function, trigger and view again, changed or not")
    .option("--json", "print one JSON document");
  addPatienceOptions(command).action(async (options: MigrateOptions) =>
    withDatabase(io, async (connection) => {
      const { createMigrator } = await import("@app/migrator");
      const { eventPrinter } = await import("./describe-event.ts");
      const migrator = createMigrator({
        connection,
        patience: patienceOf(options),
        onEvent: eventPrinter(io, options.verbose === true),
      });
      const result = await migrator.apply({ reapply: options.reapply ?? false });
      if (options.json === true) io.stdout(`${JSON.stringify(toDocument(result))}\n`);
      else await printApplied(io, result);
      if (result.differences === null || result.differences.length > 0) process.exitCode = 2;
    }),
  );
}

/** What --json prints: the steps without their SQL, which migrate:dry-run shows. */
export function toDocument(result: ApplyResult): object {
  return {
    ...result,
    steps: result.steps.map(({ statements, ...step }) => ({ ...step, statements: statements.length })),
  };
}

export async function printApplied(
  io: CommandIo,
  { server, steps, differences, notVerified, durationMs }: ApplyResult,
): Promise<void> {
  const { describeServer } = await import("./describe-server.ts");
  const { describeDrift } = await import("./describe-drift.ts");
  const versioned = steps.filter(({ kind }) => kind === "versioned").length;
  const done =
    steps.length === 0
      ? "Nothing to do"
      : `Applied ${counted(versioned, "migration")}, and ${counted(steps.length - versioned, "change")} of functions, triggers and views`;
  io.stdout(`${done} in ${Math.round(durationMs)} ms: ${describeServer(server)}.\n`);
  if (differences === null) {
    io.stdout(`Not verified: ${notVerified ?? ""}\n`);
  } else if (differences.length === 0) {
    io.stdout("Verified: the database is as declared.\n");
  } else {
    io.stdout(
      `The database differs from what is declared (${differences.length}):\n${describeDrift(differences)}`,
    );
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
