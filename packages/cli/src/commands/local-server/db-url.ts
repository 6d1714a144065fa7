// pnpm db:url: prints the database's address and nothing else, for `psql "$(pnpm -s db:url)"`. Starts nothing.
import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";

export function registerDbUrl(program: Command, io: CommandIo): void {
  program
    .command("db:url")
    .description("print the address of the database (with its password)")
    .option("--json", "print one JSON document")
    .action(async (options: { readonly json?: true }) => {
      const { configuredDatabaseUrl, localServerStatus, LocalServerError } =
        await import("@app/local-server");
      const configured = configuredDatabaseUrl(io.env);
      if (configured !== undefined) {
        const { parseConnection } = await import("@app/database");
        parseConnection(configured);
        io.stdout(
          options.json === true
            ? `${JSON.stringify({ source: "DATABASE_URL", url: configured })}\n`
            : `${configured}\n`,
        );
        return;
      }
      const status = await localServerStatus({ env: io.env });
      if (status.state === "running") {
        const { url } = status.address;
        io.stdout(options.json === true ? `${JSON.stringify({ source: "embedded", url })}\n` : `${url}\n`);
        return;
      }
      throw new LocalServerError(
        "not-running",
        'The embedded PostgreSQL is not running: start it with "pnpm db:start", or set DATABASE_URL.',
      );
    });
}
