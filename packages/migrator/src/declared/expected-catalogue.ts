// The catalogue a fully migrated database must have: meta/catalogue.json, read back from a scratch database by
// `pnpm db:generate`. It names the declaration it was made of, so that a stale one is never taken for the truth.

import { writeFile } from "node:fs/promises";

import type { Catalogue, CatalogueObject } from "../catalogue/catalogue.ts";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { MigratorError } from "../errors.ts";
import { readTextIfPresent } from "../files/read-text.ts";

export interface ExpectedCatalogue {
  /** See declarationHash. */
  readonly declarationHash: string;
  readonly catalogue: Catalogue;
}

function catalogueFile(directory: URL): URL {
  return new URL("meta/catalogue.json", directory);
}

/** Undefined when there is none. @throws MigratorError `catalogue-missing` when it cannot be read or understood. */
export async function readExpectedCatalogue(directory: URL): Promise<ExpectedCatalogue | undefined> {
  try {
    const text = await readTextIfPresent(catalogueFile(directory));
    if (text === undefined) {
      return undefined;
    }
    // Written by writeExpectedCatalogue and checked in.
    const parsed: {
      readonly declarationHash: string;
      readonly objects: readonly CatalogueObject[];
    } = JSON.parse(text);
    return {
      declarationHash: parsed.declarationHash,
      catalogue: createCatalogue(parsed.objects),
    };
  } catch (error) {
    throw new MigratorError(
      "catalogue-missing",
      "meta/catalogue.json of the migrations folder cannot be read: make it again with `pnpm db:generate`.",
      { cause: error },
    );
  }
}

/** Writes the file, one object a line, so that a change of the schema reads as a change of lines. */
export async function writeExpectedCatalogue(directory: URL, expected: ExpectedCatalogue): Promise<void> {
  const objects = expected.catalogue.objects.map((object) => `    ${JSON.stringify(object)}`).join(",\n");
  const text = [
    "{",
    `  "declarationHash": ${JSON.stringify(expected.declarationHash)},`,
    `  "fingerprint": ${JSON.stringify(expected.catalogue.fingerprint)},`,
    `  "objects": [\n${objects}\n  ]`,
    "}\n",
  ].join("\n");
  await writeFile(catalogueFile(directory), text);
}
