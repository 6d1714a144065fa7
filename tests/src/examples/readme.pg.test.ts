// The README's example: what the README shows is the program in examples/, and the program does what it says.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runCommand, startProgram } from "../fixtures/command.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const root = new URL("../../../", import.meta.url);
const db = useDatabase();

it("runs as it stands in the README, on the bars its commands import", async () => {
  const readme = await readFile(new URL("README.md", root), "utf8");
  const program = new URL("examples/src/last-close.ts", root);
  expect(readme).toContain(`\`\`\`ts\n${await readFile(program, "utf8")}\`\`\``);

  const [, command = ""] = /pnpm import:bars (packages\/.*)/.exec(readme) ?? [];
  const [file = "", ...options] = command.split(" ");
  const path = fileURLToPath(new URL(file, root));
  expect(await runCommand(["import:bars", path, ...options], db.database.url)).toMatchObject({ exitCode: 0 });
  const example = startProgram(fileURLToPath(program), [], db.database.url);
  expect(await example.ended).toMatchObject({ exitCode: 0, stdout: "38544\n" });
});
