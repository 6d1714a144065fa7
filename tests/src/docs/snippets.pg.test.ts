// What the documents show is TypeScript that compiles, and does what it says on a migrated database without an error. A block
// that cannot run says why behind the `ts` of its fence.
import { execFile } from "node:child_process";
import { glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProgram } from "../fixtures/command.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { fileNameOf, programOf, readSnippets, type Snippet } from "./document-snippets.ts";

const root = new URL("../../../", import.meta.url);
const db = useDatabase();
const path = (file: string): string => fileURLToPath(new URL(file, root));

/** Packages the programs import, and where this repository has them. */
const packages = {
  "@app/repositories": "packages/repositories",
  "@app/database": "packages/database",
  "@app/pino-transport": "packages/pino-transport",
  pino: "packages/pino-transport/node_modules/pino",
  "@types/node": "node_modules/@types/node",
};

const snippets = await readSnippets(root);

/** How many fences of such blocks each document opens; by line, so that a block the reader does not see is missed there. */
const opened: Record<string, number> = {};
for await (const document of glob(["README.md", "docs/*.md"], { cwd: root })) {
  const text = await readFile(new URL(document, root), "utf8");
  const fences =
    text.match(/^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?:[mc]?[tj]sx?|typescript|javascript)\b/gimu) ?? [];
  if (fences.length > 0) opened[document] = fences.length;
}
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "document-snippets-"));
  for (const [name, place] of Object.entries(packages)) {
    const link = join(folder, "node_modules", name);
    await mkdir(join(link, ".."), { recursive: true });
    await symlink(path(place), link);
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = {
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: path("tsconfig.base.json"),
      compilerOptions,
      include: ["*.ts", path("packages/repositories/src/**/*.d.ts")],
    }),
  );
  for (const snippet of snippets) await writeFile(join(folder, fileNameOf(snippet)), programOf(snippet));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where a document shows a whole program of examples/, whose own test runs it on what it needs. */
const lastClose = await readFile(new URL("examples/src/last-close.ts", root), "utf8");
const runs = ({ text, information }: Snippet): boolean => text !== lastClose && information === "";

it("are found in every document, as many as it opens fences of TypeScript or JavaScript", () => {
  const found = Map.groupBy(snippets, ({ place }) => place.split(":")[0] ?? "");
  const counts = Object.fromEntries([...found].map(([document, { length }]) => [document, length]));
  expect(counts).toEqual(opened);
  expect(Object.keys(counts)).toContain("README.md");
});

it("compile", async () => {
  const compiler = path("node_modules/.bin/tsc");
  const outcome = await new Promise<unknown>((resolve) => {
    execFile(compiler, ["-p", folder], (error, stdout, stderr) =>
      resolve({ ended: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
  });
  expect(outcome).toEqual({ ended: 0, stdout: "", stderr: "" });
});

it("run one after the other, or say why they do not", async () => {
  const reasons = snippets.filter(({ information }) => information !== "");
  for (const { place, information } of reasons) expect(information, place).toMatch(/^not run: \S.{10,}/u);
  const program = join(folder, "all.ts");
  const running = snippets.filter(runs);
  expect(running.length).toBeGreaterThan(0);
  // One process for all of them: most of the time of each would be its start.
  await writeFile(
    program,
    running
      .map((snippet) => `console.log("${snippet.place}"); await import("./${fileNameOf(snippet)}");`)
      .join("\n"),
  );
  const { exitCode, stdout, stderr } = await startProgram(program, [], db.database.url).ended;
  expect({
    exitCode,
    stderr,
    last: stdout.split("\n").findLast((line) => line.includes(".md:")),
  }).toEqual({
    exitCode: 0,
    stderr: "",
    last: running.at(-1)?.place,
  });
});
