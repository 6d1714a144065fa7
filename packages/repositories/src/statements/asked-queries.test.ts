// The catalogue of queries against the source that asks them: one that nobody asks costs an index and its checks for nothing. Names are
// found in the source, as text or put together from parts; whether the asking code is reached is not looked at.
import { glob, readFile } from "node:fs/promises";
import { type CataloguedQuery, queryCatalogue, queryParameterTypes } from "@app/schema/queries";
import { beforeAll, expect, it } from "vitest";

const sources = new URL("../", import.meta.url);
const catalogue: readonly CataloguedQuery[] = queryCatalogue;

/** Texts in quotes, and the fixed parts of those in backticks, by file. */
interface Texts {
  readonly plain: ReadonlySet<string>;
  readonly templates: readonly (readonly string[])[];
}

let files: readonly Texts[];

beforeAll(async () => {
  const found: Texts[] = [];
  for await (const name of glob("**/*.ts", { cwd: sources, exclude: ["contract/**", "**/testing/**"] })) {
    if (name.endsWith(".test.ts")) continue;
    const source = await readFile(new URL(name, sources), "utf8");
    found.push({
      plain: new Set([...source.matchAll(/"([\w.]+)"/gu)].map(([, text = ""]) => text)),
      templates: [...source.matchAll(/`((?:[\w.]|\$\{[^{}]*\})+)`/gu)]
        .map(([, text = ""]) => text.split(/\$\{[^{}]*\}/u))
        .filter((parts) => parts.length > 1),
    });
  }
  files = found;
});

/** Whether a name is what a template makes: of one word in each gap, or of a name in the same file and what follows it. */
function isMadeOf([first = "", ...others]: readonly string[], name: string, { plain }: Texts): boolean {
  const [suffix = ""] = others;
  if (first === "" && others.length === 1)
    return suffix !== "" && name.endsWith(suffix) && plain.has(name.slice(0, -suffix.length));
  if (!first.includes(".")) return false;
  return new RegExp(`^${[first, ...others].join("\\w+").replaceAll(".", "\\.")}$`, "u").test(name);
}

it("finds whoever asks for each query of the catalogue", () => {
  const unasked = catalogue.filter(
    ({ name }) =>
      !files.some(
        (file) => file.plain.has(name) || file.templates.some((template) => isMadeOf(template, name, file)),
      ),
  );
  expect(unasked.map(({ name }) => name)).toEqual([]);
});

it("finds a query that takes each parameter there is", () => {
  const taken = new Set<string>(catalogue.flatMap(({ parameters }) => parameters));
  expect(Object.keys(queryParameterTypes).filter((name) => !taken.has(name))).toEqual([]);
});
