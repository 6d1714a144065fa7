// What takes away an object nobody declared. Whether it should go is a person's decision: the other way is to declare it.

import { quoteIdentifier } from "@app/database";

import type { CatalogueClass, CatalogueObject } from "../catalogue.ts";
import { concurrently, type Hypertables, partOf, tableOf, text } from "./sql-parts.ts";

type Mend = (object: CatalogueObject, hypertables: Hypertables) => string;

const dropType: Mend = (object) => `DROP TYPE ${quoteIdentifier(object.name)}`;
const dropOnTable: Mend = (object) =>
  `DROP ${object.class.toUpperCase()} ${partOf(object)} ON ${tableOf(object)}`;
const dropNamed: Mend = (object) =>
  `DROP ${object.class.replace("_", " ").toUpperCase()} ${quoteIdentifier(object.name)}`;

const ownUndo: Mend = ({ definition }) => text(definition["undo"]);

const mends: Readonly<Record<CatalogueClass, Mend>> = {
  table: (object) => `DROP TABLE ${quoteIdentifier(object.name)} (its rows go with it)`,
  column: (object) => `ALTER TABLE ${tableOf(object)} DROP COLUMN ${partOf(object)} (its values go with it)`,
  constraint: (object) => `ALTER TABLE ${tableOf(object)} DROP CONSTRAINT ${partOf(object)}`,
  index: (object, hypertables) =>
    `DROP INDEX ${concurrently(object, hypertables)}${quoteIdentifier(object.name)}`,
  function: (object) => `DROP ROUTINE ${object.name}`,
  aggregate: (object) => `DROP AGGREGATE ${object.name}`,
  trigger: dropOnTable,
  rule: dropOnTable,
  policy: dropOnTable,
  view: dropNamed,
  materialized_view: dropNamed,
  sequence: dropNamed,
  domain: dropNamed,
  statistics: dropNamed,
  enum: dropType,
  range: dropType,
  composite_type: dropType,
  grant: ownUndo,
  owner: ownUndo,
  inheritance: ownUndo,
  event_trigger: ownUndo,
  other: (object) => `drop ${object.name}`,
};

// The code has no way to declare these.
const never = new Set<CatalogueClass>(["grant", "owner", "inheritance", "event_trigger"]);

/** SQL, and the other way out. */
export function mendUndeclared(object: CatalogueObject, hypertables: Hypertables): string {
  if (never.has(object.class)) {
    return mends[object.class](object, hypertables);
  }
  return `${mends[object.class](object, hypertables)}, or declare it in packages/schema and run pnpm db:generate`;
}
