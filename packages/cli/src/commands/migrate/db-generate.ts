// pnpm db:generate: writes the next migration, its way back, and what a database must look like afterwards. Works on
// a scratch database of the embedded server, never on DATABASE_URL.

import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";

interface GenerateCommandOptions {
  readonly name?: string;
  readonly rename: readonly string[];
  readonly renames: boolean;
  readonly json?: true;
}

export function registerDbGenerate(program: Command, io: CommandIo): void {
  program
    .command("db:generate")
    .description(
      "write the migration that leads to the declared tables, its down file and the expected catalogue",
    )
    .option("--name <name>", "second part of the migration's name, such as add_fees")
    .option(
      "--rename <old:new>",
      "a table or column that was renamed; may be repeated",
      (value: string, all: readonly string[]) => [...all, value],
      [],
    )
    .option("--no-renames", "what went and what came are different things")
    .option("--json", "print one JSON document")
    .action(async (options: GenerateCommandOptions) => {
      const { parseConnection } = await import("@app/database");
      const { ensureLocalServer } = await import("@app/local-server");
      const { generateFromCode, parseRename } = await import("@app/migrator/generate");
      const renames = options.rename.map((text) => parseRename(text));
      const server = await ensureLocalServer({
        env: io.env,
        onProgress: (text) => io.stderr(`${text} ...\n`),
      });
      try {
        const result = await generateFromCode({
          server: parseConnection(server.url),
          renames,
          noRenames: !options.renames,
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        if (options.json === true) {
          io.stdout(`${JSON.stringify(result)}\n`);
          return;
        }
        const { migration, up, down, downFilesAdded, fingerprint } = result;
        io.stdout(
          migration === null
            ? "The tables have not changed: no new migration.\n"
            : `Wrote ${migration}.sql (${up.length} statements) and ${migration}.down.sql (${down.length}): read both before you commit them.\n`,
        );
        if (downFilesAdded.length > 0) io.stdout(`Wrote missing ${downFilesAdded.join(", ")}.\n`);
        io.stdout(`The expected catalogue is up to date (fingerprint ${fingerprint.slice(0, 16)}).\n`);
      } finally {
        await server.release();
      }
    });
}
