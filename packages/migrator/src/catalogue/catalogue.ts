// What a database holds, as a sorted list of plain objects that can be written to a file, hashed and compared.
// Schema public and what reaches into it; nothing of an extension, nothing of the ledger, nothing of data. The order of columns in a table
// is left out: it is the one thing a way down and up again may change, and nothing may rely on it.

import { createHash } from "node:crypto";

/** Classes of object, in the order in which a database can be built of them. */
export const catalogueClasses = [
  "enum",
  "domain",
  "range",
  "composite_type",
  "table",
  "column",
  "sequence",
  "function",
  "aggregate",
  "constraint",
  "index",
  "statistics",
  "view",
  "materialized_view",
  "rule",
  "trigger",
  "policy",
  "grant",
  "owner",
  "inheritance",
  "event_trigger",
  "other",
] as const;

/** Class of an object; `other` is what has no class of its own here. */
export type CatalogueClass = (typeof catalogueClasses)[number];

/** Value of one property of an object. */
export type CatalogueValue = string | number | boolean | readonly string[];

/** One object of a database, in a form that can be written to a file, hashed and compared. */
export interface CatalogueObject {
  readonly class: CatalogueClass;
  /** Unique within its class: `market_data.open`, `refuse_update()`. */
  readonly name: string;
  /** Properties that have a value; keys sorted. */
  readonly definition: Readonly<Record<string, CatalogueValue>>;
}

/**
 * What a database holds in schema public and what reaches into it: nothing of an extension, the ledger or data, and not
 * the order of columns.
 */
export interface Catalogue {
  /** Sorted by class, in the order in which a database can be built of them, then by name. */
  readonly objects: readonly CatalogueObject[];
  /** sha256 over the objects. Equal fingerprints mean equal schemas. */
  readonly fingerprint: string;
}

const rank = new Map<string, number>(catalogueClasses.map((name, index) => [name, index]));

/** Brings objects into the one order and form that is hashed. */
export function createCatalogue(objects: readonly CatalogueObject[]): Catalogue {
  const sorted = objects
    .map(({ class: objectClass, name, definition }) => ({
      class: objectClass,
      name,
      definition: Object.fromEntries(Object.entries(definition).toSorted(([a], [b]) => compareText(a, b))),
    }))
    .toSorted((a, b) => (rank.get(a.class) ?? 0) - (rank.get(b.class) ?? 0) || compareText(a.name, b.name));
  return {
    objects: sorted,
    fingerprint: createHash("sha256").update(JSON.stringify(sorted)).digest("hex"),
  };
}

/** By code unit, not by locale: the same order on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
