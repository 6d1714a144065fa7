// pnpm db:start: keeps the embedded server running after the command ends.
import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";

export function registerDbStart(program: Command, io: CommandIo): void {
  program
    .command("db:start")
    .description("start the embedded PostgreSQL and keep it running until db:stop")
    .option("--json", "print one JSON document")
    .action(async (options: { readonly json?: true }) => {
      const { configuredDatabaseUrl, startLocalServer } = await import("@app/local-server");
      if (configuredDatabaseUrl(io.env) !== undefined) {
        io.stdout(
          options.json === true
            ? `${JSON.stringify({ source: "DATABASE_URL", startedNow: false })}\n`
            : "DATABASE_URL is set, and every command uses that server: nothing was started. Unset it to use the embedded one.\n",
        );
        return;
      }
      const server = await startLocalServer({
        env: io.env,
        onProgress: (text) => io.stderr(`${text} ...\n`),
      });
      const { host, port } = new URL(server.url);
      if (options.json === true) {
        const { startedNow, version } = server;
        io.stdout(
          `${JSON.stringify({ source: "embedded", startedNow, version, host: "127.0.0.1", port: Number(port) })}\n`,
        );
        return;
      }
      const verb = server.startedNow ? "started" : "was running already";
      io.stdout(
        `PostgreSQL ${server.version} ${verb} on ${host} and stays until "pnpm db:stop". Its address: pnpm -s db:url\n`,
      );
    });
}
