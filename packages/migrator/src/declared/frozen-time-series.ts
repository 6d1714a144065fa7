// The time-series declaration, kept in meta/time-series.json with a hash of the source it was made of. A run reads it instead
// of loading the tables it is typed to; see schema-source.ts.

import { writeFile } from "node:fs/promises";

import type { TimeSeriesDeclaration } from "@app/schema";

import { readTextIfPresent } from "../files/read-text.ts";

export interface FrozenTimeSeries {
  /** Hash of the schema package's source text; see schema-source.ts. */
  readonly sourceHash: string;
  readonly timeSeries: TimeSeriesDeclaration;
}

function frozenFile(directory: URL): URL {
  return new URL("meta/time-series.json", directory);
}

/** Undefined when there is none. @throws SyntaxError, or an error of the file system, when it cannot be read. */
export async function readFrozenTimeSeries(directory: URL): Promise<FrozenTimeSeries | undefined> {
  const text = await readTextIfPresent(frozenFile(directory));
  if (text === undefined) return undefined;
  // Written by writeFrozenTimeSeries and checked in.
  const frozen: FrozenTimeSeries = JSON.parse(text);
  return frozen;
}

/** Writes the file; the same bytes for the same declaration. */
export async function writeFrozenTimeSeries(directory: URL, frozen: FrozenTimeSeries): Promise<void> {
  await writeFile(frozenFile(directory), `${JSON.stringify(frozen, undefined, 2)}\n`);
}
