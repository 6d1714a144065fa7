// The declarations behind a package's public names, as the compiler emits them: what a change of the API changes.
// Reads what `tsc -b` left in dist; comments are left out, since words may get better.
import { readFile } from "node:fs/promises";

const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu;
const declaration = /^export (?:declare )?(?:abstract )?(?:interface|type|function|const|class) (\w+)/gmu;
const reExport = /export (?:type )?\{([^}]*)\} from "([^"]+)"/gu;

const readDeclarations = async (file: URL): Promise<string> =>
  (await readFile(new URL(file.href.replace(/\.ts$/u, ".d.ts")), "utf8")).replaceAll(comment, "");

/** Each exported declaration of a module, by name. */
async function declarationsOf(file: URL): Promise<ReadonlyMap<string, string>> {
  const text = await readDeclarations(file);
  const starts = [...text.matchAll(declaration)];
  const pieces = starts.map((start, index) => {
    const end = starts[index + 1]?.index ?? text.length;
    const piece = text.slice(start.index, end).replaceAll(/\n\s*\n/gu, "\n");
    return [start[1] ?? "", piece.split(/^(?:import|export \{|declare )/mu)[0]?.trim() ?? ""] as const;
  });
  const overloads = new Map<string, string>();
  for (const [name, piece] of pieces) {
    const before = overloads.get(name);
    overloads.set(name, before === undefined ? piece : `${before}\n${piece}`);
  }
  return overloads;
}

interface ExportedName {
  readonly name: string;
  readonly alias: string;
  readonly from: string;
}

async function exportedNames(file: URL): Promise<readonly ExportedName[]> {
  const text = await readDeclarations(file);
  return [...text.matchAll(reExport)].flatMap(([, names = "", from = ""]) =>
    names.split(",").flatMap((written) => {
      const [name = "", alias = name] = written
        .trim()
        .replace(/^type /u, "")
        .split(" as ");
      return name === "" ? [] : [{ name, alias, from }];
    }),
  );
}

/** A declaration, sought through doors that only pass it on. */
async function declarationOf(file: URL, name: string): Promise<string> {
  const declared = (await declarationsOf(file)).get(name);
  if (declared !== undefined) return declared;
  const passedOn = (await exportedNames(file)).find(({ alias }) => alias === name);
  if (passedOn === undefined) throw new Error(`${file.href} exports no ${name}.`);
  return declarationOf(new URL(passedOn.from, file), passedOn.name);
}

/**
 * The public API of a package's index: each name with its declaration, sorted.
 * @param index where the compiler put the declarations of its index.ts, with the ending .ts
 */
export async function declaredApi(index: URL): Promise<string> {
  const entries: string[] = [];
  for (const { name, alias, from } of await exportedNames(index)) {
    const declared = from.startsWith(".")
      ? await declarationOf(new URL(from, index), name)
      : `// ${name} of ${from}`;
    entries.push(alias === name ? declared : `${declared}\n// as ${alias}`);
  }
  return `${entries.toSorted().join("\n\n")}\n`;
}
