// Which arguments of each method may be left out, read from the source of the interfaces. Not what a method does without one.
import { readFile } from "node:fs/promises";
import type { RepositoryName } from "./repository-inputs.ts";
import { interfaceSources } from "./declared-errors.ts";

const methodStart = /^ {2}(\w+)(?:<[^>]*>)?\(/gmu;

/** The parts of a list of parameters, split where no bracket is open, up to the bracket that closes it. */
function parametersFrom(source: string, start: number): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let begin = start;
  for (let place = start; place < source.length; place += 1) {
    const character = source.charAt(place);
    if ("([{<".includes(character)) depth += 1;
    const isEnd = character === ")" && depth === 0;
    if (isEnd || (character === "," && depth === 0)) {
      parts.push(source.slice(begin, place).trim());
      begin = place + 1;
    }
    if (isEnd) break;
    // Of an arrow => the > closes nothing.
    if (")]}".includes(character) || (character === ">" && source.charAt(place - 1) !== "=")) depth -= 1;
  }
  return parts.filter((part) => part !== "");
}

/** Of each method, for each argument in order whether it may be left out. */
export async function optionalArguments(
  name: RepositoryName,
): Promise<ReadonlyMap<string, readonly boolean[]>> {
  const source = await readFile(new URL(interfaceSources[name], import.meta.url), "utf8");
  return new Map(
    [...source.matchAll(methodStart)].map((match) => [
      match[1] ?? "",
      parametersFrom(source, match.index + match[0].length).map((part) => /^\w+\?:/u.test(part)),
    ]),
  );
}
