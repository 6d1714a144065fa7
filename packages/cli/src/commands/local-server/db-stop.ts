// pnpm db:stop: ends what db:start began. Other commands that use the server finish first, unless forced.
import type { StopOutcome } from "@app/local-server";
import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";

interface DbStopOptions {
  readonly force?: true;
  readonly json?: true;
}

export function registerDbStop(program: Command, io: CommandIo): void {
  program
    .command("db:stop")
    .description("stop the embedded PostgreSQL; its data stays")
    .option("--force", "stop it although other commands are using it")
    .option("--json", "print one JSON document")
    .action(async (options: DbStopOptions) => {
      const { configuredDatabaseUrl, stopLocalServer } = await import("@app/local-server");
      const result = await stopLocalServer({ env: io.env, force: options.force ?? false });
      if (options.json === true) io.stdout(`${JSON.stringify(result)}\n`);
      else io.stdout(`${describe(result)}\n`);
      if (options.json !== true && configuredDatabaseUrl(io.env) !== undefined) {
        io.stdout("DATABASE_URL is set; the server it names is not touched.\n");
      }
    });
}

function describe(result: StopOutcome): string {
  if (result.outcome === "in-use") {
    const users = result.inUseBy.map(({ command, pid }) => `${command} (process ${pid})`).join(", ");
    return `The embedded PostgreSQL stops when ${users} has ended; "pnpm db:stop --force" stops it now.`;
  }
  return result.outcome === "stopped"
    ? "The embedded PostgreSQL is stopped; its data stays."
    : "The embedded PostgreSQL was not running.";
}
