// pnpm migrate: brings the database to the declared state and verifies it.

import { type Command, InvalidArgumentError } from "commander";
import type { ApplyResult, GuardedClass } from "@app/migrator";
import type { CommandIo } from "../../command-io.ts";
import { addPatienceOptions, patienceOf, type PatienceOptions } from "./patience-options.ts";
import { withDatabase } from "./with-database.ts";

interface MigrateOptions extends PatienceOptions {
  readonly reapply?: true;
  readonly allow: readonly GuardedClass[];
  readonly json?: true;
  readonly verbose?: true;
}

export function registerMigrate(program: Command, io: CommandIo): void {
  const command = program
    .command("migrate")
    .description("apply what is pending, then verify; exit 2 when the database is not as declared")
    .option("--reapply", "make every function, trigger and view again, changed or not")
    .option(
      "--allow <class>",
      "take steps that lose rows (destructive) or cannot be undone (one-way); may be repeated",
      collectAllowed,
      [],
    )
    .option("--json", "print one JSON document");
  addPatienceOptions(command).action(async (options: MigrateOptions) =>
    withDatabase(io, async (connection) => {
      const { createMigrator } = await import("@app/migrator");
      const { eventPrinter } = await import("./describe-event.ts");
      using printer = eventPrinter(io, options.verbose === true);
      const migrator = createMigrator({
        connection,
        patience: patienceOf(options),
        onEvent: printer.listen,
      });
      const result = await migrator.apply({ reapply: options.reapply ?? false, allow: options.allow });
      if (options.json === true) io.stdout(`${JSON.stringify(toDocument(result))}\n`);
      else await printApplied(io, result);
      if (result.differences === null || result.differences.length > 0) process.exitCode = 2;
    }),
  );
}

function collectAllowed(value: string, previous: readonly GuardedClass[]): readonly GuardedClass[] {
  if (value !== "destructive" && value !== "one-way") {
    throw new InvalidArgumentError("It is destructive or one-way.");
  }
  return [...previous, value];
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
  const countOf = (wanted: string): number => steps.filter(({ kind }) => kind === wanted).length;
  const parts = [
    counted(countOf("versioned"), "migration"),
    `${counted(countOf("repeatable"), "change")} of functions, triggers and views`,
    ...(countOf("declared") > 0 ? [`${counted(countOf("declared"), "change")} of time series`] : []),
  ];
  const done = steps.length === 0 ? "Nothing to do" : `Applied ${parts.join(", ")}`;
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
