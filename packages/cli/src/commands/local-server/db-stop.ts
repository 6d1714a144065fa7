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
      if (configuredDatabaseUrl(io.env) !== undefined) {
        io.stdout(
          options.json === true
            ? `${JSON.stringify({ source: "DATABASE_URL", outcome: "not-touched" })}\n`
            : "DATABASE_URL is set, and every command uses that server: nothing was stopped. Unset it to stop the embedded one.\n",
        );
        return;
      }
      const result = await stopLocalServer({ env: io.env, force: options.force ?? false });
      io.stdout(options.json === true ? `${JSON.stringify(result)}\n` : `${describe(result)}\n`);
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
