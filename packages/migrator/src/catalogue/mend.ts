// What a person would run to undo one difference. Advice, never run by the migrator: drift has an author, and only a
// person knows whether the database or the code is right.

import type { Catalogue, CatalogueObject } from "./catalogue.ts";
import { mendDifferent } from "./mend/mend-different.ts";
import { mendMissing } from "./mend/mend-missing.ts";
import { mendUndeclared } from "./mend/mend-undeclared.ts";
import { type Hypertables, partOf, tableOf } from "./mend/sql-parts.ts";

/** For an object that is declared and missing. One line. */
export function mendOfMissing(
  object: CatalogueObject,
  expected: Catalogue,
  hypertables: Hypertables,
): string {
  return oneLine(mendMissing(object, expected, hypertables));
}

/** For a column that is there under another name. One line. */
export function mendOfRenamed(object: CatalogueObject, live: CatalogueObject): string {
  return `ALTER TABLE ${tableOf(object)} RENAME COLUMN ${partOf(live)} TO ${partOf(object)}`;
}

/** For an object that is not as declared. One line. */
export function mendOfDifferent(
  object: CatalogueObject,
  live: CatalogueObject,
  hypertables: Hypertables,
): string {
  return oneLine(mendDifferent(object, live, hypertables));
}

/** For an object nobody declared. One line. */
export function mendOfUndeclared(object: CatalogueObject, hypertables: Hypertables): string {
  return oneLine(mendUndeclared(object, hypertables));
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim();
}
