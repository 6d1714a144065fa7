// What the code declares besides its tables and repeatable objects, kept in meta/declaration.json with a hash of the source
// it was made of. A run reads it instead of loading the tables; see schema-source.ts.

import { writeFile } from "node:fs/promises";

import type { TimeSeriesDeclaration } from "@app/schema";

import { readTextIfPresent } from "../files/read-text.ts";

export interface FrozenDeclaration {
  /** Hash of the schema package's source text; see schema-source.ts. */
  readonly sourceHash: string;
  readonly timeSeries: TimeSeriesDeclaration;
}

function frozenFile(directory: URL): URL {
  return new URL("meta/declaration.json", directory);
}

/** Undefined when there is none. @throws SyntaxError, or an error of the file system, when it cannot be read. */
export async function readFrozenDeclaration(directory: URL): Promise<FrozenDeclaration | undefined> {
  const text = await readTextIfPresent(frozenFile(directory));
  if (text === undefined) return undefined;
  // Written by writeFrozenDeclaration and checked in.
  const declaration: FrozenDeclaration = JSON.parse(text);
  return declaration;
}

/** Writes the file; the same bytes for the same declaration. */
export async function writeFrozenDeclaration(directory: URL, declaration: FrozenDeclaration): Promise<void> {
  await writeFile(frozenFile(directory), `${JSON.stringify(declaration, undefined, 2)}\n`);
}
