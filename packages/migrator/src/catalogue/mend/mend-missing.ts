// What brings back a declared object that is not there.

import { quoteIdentifier } from "@app/database";

import type { Catalogue, CatalogueClass, CatalogueObject } from "../catalogue.ts";
import {
  columnDefinition,
  createIndex,
  type Hypertables,
  labels,
  literal,
  partOf,
  reapply,
  tableOf,
  text,
} from "./sql-parts.ts";

type Mend = (object: CatalogueObject, expected: Catalogue, hypertables: Hypertables) => string;

const makeAgain: Mend = () => reapply;
const ownDefinition: Mend = ({ definition }) => text(definition["definition"]);
const byHand: Mend = (object) => `create ${object.name} again as the migration that made it does`;

const mends: Readonly<Record<CatalogueClass, Mend>> = {
  table: createTable,
  column: addColumn,
  constraint: (object) =>
    `ALTER TABLE ${tableOf(object)} ADD CONSTRAINT ${partOf(object)} ${text(object.definition["definition"])}`,
  index: (object, _, hypertables) => createIndex(object, hypertables),
  statistics: ownDefinition,
  rule: ownDefinition,
  enum: (object) =>
    `CREATE TYPE ${quoteIdentifier(object.name)} AS ENUM (${labels(object).map(literal).join(", ")})`,
  sequence: ({ name: sequence, definition }) =>
    `CREATE SEQUENCE ${quoteIdentifier(sequence)} AS ${text(definition["type"])} INCREMENT ${text(definition["increment"])}`,
  function: makeAgain,
  aggregate: makeAgain,
  view: makeAgain,
  materialized_view: makeAgain,
  trigger: makeAgain,
  domain: byHand,
  range: byHand,
  composite_type: byHand,
  policy: byHand,
  grant: byHand,
  owner: byHand,
  inheritance: byHand,
  event_trigger: byHand,
  other: byHand,
};

/** SQL or a command. */
export function mendMissing(object: CatalogueObject, expected: Catalogue, hypertables: Hypertables): string {
  return mends[object.class](object, expected, hypertables);
}

/** NOT NULL without a default cannot be added to a table that has rows. */
function addColumn(object: CatalogueObject): string {
  const { definition } = object;
  const fillsItself = ["default", "generated", "identity"].some((property) => property in definition);
  if (definition["notNull"] !== true || fillsItself) {
    return `ALTER TABLE ${tableOf(object)} ADD COLUMN ${columnDefinition(object)}`;
  }
  const nullable = { ...object, definition: { ...definition, notNull: false } };
  return `ALTER TABLE ${tableOf(object)} ADD COLUMN ${columnDefinition(nullable)}, then fill it in every row, then ALTER TABLE ${tableOf(object)} ALTER COLUMN ${partOf(object)} SET NOT NULL`;
}

function createTable(object: CatalogueObject, expected: Catalogue): string {
  const parts = (objectClass: CatalogueClass): readonly CatalogueObject[] =>
    expected.objects.filter((part) => part.class === objectClass && part.name.startsWith(`${object.name}.`));
  const lines = [
    ...parts("column").map(columnDefinition),
    ...parts("constraint").map((part) => `CONSTRAINT ${partOf(part)} ${text(part.definition["definition"])}`),
  ];
  return `restore it with its rows from a backup; empty: CREATE TABLE ${quoteIdentifier(object.name)} (${lines.join(", ")}), then its indexes, then ${reapply}`;
}
