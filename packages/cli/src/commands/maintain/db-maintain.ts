// pnpm db:maintain: removes what the declared retention lets go and the server has no job for, brings roll-ups and columns
// up to date behind late rows, and refreshes market_overview. Made for cron: it never waits for another run, and what it did not get done the next one does.

import type { MaintainResult } from "@app/migrator";
import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";
import { withDatabase } from "../migrate/with-database.ts";

interface MaintainCommandOptions {
  readonly all?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function registerDbMaintain(program: Command, io: CommandIo): void {
  program
    .command("db:maintain")
    .description("remove what is past its retention, holds honoured; bring roll-ups and columns up to date")
    .option("--all", "also do at once what jobs of the server drop and refresh in their time")
    .option("--dry-run", "count what would be done; change nothing")
    .option("--json", "print one JSON document")
    .action(async (options: MaintainCommandOptions) =>
      withDatabase(io, async (connection) => {
        const { maintain } = await import("@app/migrator");
        const { describeMaintenance } = await import("./describe-maintenance.ts");
        const result = await maintain({
          connection,
          all: options.all ?? false,
          dryRun: options.dryRun ?? false,
          onEvent: (event) => {
            const line = describeMaintenance(event, options.dryRun ?? false);
            if (line !== undefined) io.stderr(`${line}\n`);
          },
        });
        if (options.json === true) io.stdout(`${JSON.stringify(result)}\n`);
        else await print(io, result);
      }),
    );
}

async function print(io: CommandIo, result: MaintainResult): Promise<void> {
  const { describeServer } = await import("../migrate/describe-server.ts");
  const { server, ran, otherRun, dryRun, durationMs } = result;
  if (!ran) {
    const who = otherRun === null ? "" : ` (process ${otherRun.pid} "${otherRun.application}")`;
    io.stdout(`Skipped: another maintenance run is at work on ${describeServer(server)}${who}.\n`);
    return;
  }
  const done = dryRun ? "Dry run, nothing was changed" : "Maintained";
  io.stdout(`${done}: ${describeServer(server)}, ${Math.round(durationMs)} ms.\n`);
}
