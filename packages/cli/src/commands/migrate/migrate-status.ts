// pnpm migrate:status: what is applied, what is pending, what contradicts, what drifted.

import type { Command } from "commander";
import type { StatusResult } from "@app/migrator";
import type { CommandIo } from "../../command-io.ts";
import { withDatabase } from "./with-database.ts";

interface StatusOptions {
  readonly json?: true;
}

export function registerMigrateStatus(program: Command, io: CommandIo): void {
  program
    .command("migrate:status")
    .description(
      "show what is applied, pending and drifted; exit 2 when something is, 1 when files and ledger contradict",
    )
    .option("--json", "print one JSON document")
    .action(async (options: StatusOptions) =>
      withDatabase(io, async (connection) => {
        const { createMigrator } = await import("@app/migrator");
        const status = await createMigrator({ connection }).status();
        if (options.json === true) io.stdout(`${JSON.stringify(toDocument(status))}\n`);
        else await print(io, status);
        process.exitCode = exitCodeOf(status);
      }),
    );
}

function exitCodeOf({ problems, pending, drift }: StatusResult): number {
  if (problems.length > 0) return 1;
  return pending.length > 0 || drift === null || drift.length > 0 ? 2 : 0;
}

function toDocument(status: StatusResult): object {
  const [first] = status.problems;
  return {
    ...status,
    pending: status.pending.map(({ statements, ...step }) => ({ ...step, statements: statements.length })),
    ...(first === undefined ? {} : { error: { code: first.code, message: first.message } }),
  };
}

async function print(io: CommandIo, status: StatusResult): Promise<void> {
  const { describeServer } = await import("./describe-server.ts");
  const { describeDrift } = await import("./describe-drift.ts");
  const { listSteps } = await import("./describe-plan.ts");
  const { server, limits, applied, pending, problems, drift, driftUnknown } = status;
  io.stdout(`${describeServer(server)}\n`);
  if (limits.length > 0)
    io.stdout(`not with this edition:\n${limits.map((limit) => `  ${limit}\n`).join("")}`);
  io.stdout(applied.length === 0 ? "applied: nothing\n" : "applied:\n");
  for (const row of applied) {
    io.stdout(`  ${row.name} on ${row.appliedAt} by ${row.appliedBy} in ${Math.round(row.durationMs)} ms\n`);
  }
  io.stdout(pending.length === 0 ? "pending: nothing\n" : `pending:\n${listSteps(pending)}`);
  for (const { message } of problems) {
    io.stdout(`contradiction: ${message}\n`);
  }
  if (drift === null) io.stdout(`drift: not looked for, ${driftUnknown ?? ""}\n`);
  else io.stdout(drift.length === 0 ? "drift: none\n" : `drift:\n${describeDrift(drift)}`);
}
