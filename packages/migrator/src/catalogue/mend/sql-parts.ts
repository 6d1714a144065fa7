// Pieces of SQL about one catalogue object, from which the mends are put together.

import { quoteIdentifier } from "@app/database";

import type { CatalogueObject, CatalogueValue } from "../catalogue.ts";

/** The command that makes functions, triggers and views again. */
export const reapply = "pnpm migrate --reapply";

export function text(value: CatalogueValue | undefined): string {
  return value === undefined ? "" : String(value);
}

export function list(value: CatalogueValue | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}

export function labels(object: CatalogueObject): readonly string[] {
  return list(object.definition["labels"]);
}

export function changed(expected: CatalogueObject, live: CatalogueObject, property: string): boolean {
  return JSON.stringify(expected.definition[property]) !== JSON.stringify(live.definition[property]);
}

export function onlyDiffers(expected: CatalogueObject, live: CatalogueObject, property: string): boolean {
  const properties = new Set([...Object.keys(expected.definition), ...Object.keys(live.definition)]);
  return [...properties].every((candidate) => candidate === property || !changed(expected, live, candidate));
}

export function tableOf(object: CatalogueObject): string {
  return quoteIdentifier(object.name.slice(0, object.name.indexOf(".")));
}

export function partOf(object: CatalogueObject): string {
  return quoteIdentifier(object.name.slice(object.name.indexOf(".") + 1));
}

export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function columnDefinition(column: CatalogueObject): string {
  const { definition } = column;
  return [
    `${partOf(column)} ${text(definition["type"])}`,
    typeof definition["collation"] === "string" ? `COLLATE ${definition["collation"]}` : "",
    typeof definition["default"] === "string" ? `DEFAULT ${definition["default"]}` : "",
    typeof definition["generated"] === "string"
      ? `GENERATED ALWAYS AS (${text(definition["expression"])}) ${definition["generated"].toUpperCase()}`
      : "",
    typeof definition["identity"] === "string"
      ? `GENERATED ${definition["identity"].toUpperCase()} AS IDENTITY`
      : "",
    definition["notNull"] === true ? "NOT NULL" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** Names of the live hypertables, which refuse CONCURRENTLY. */
export type Hypertables = ReadonlySet<string>;

export function concurrently(index: CatalogueObject, hypertables: Hypertables): string {
  return hypertables.has(text(index.definition["table"])) ? "" : "CONCURRENTLY ";
}

/** So that writers need not wait; on a hypertable they wait for one chunk at a time, unless the index is unique. */
export function createIndex(object: CatalogueObject, hypertables: Hypertables): string {
  const definition = text(object.definition["definition"]);
  if (concurrently(object, hypertables) !== "") {
    return definition.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ");
  }
  if (!definition.startsWith("CREATE INDEX ") || definition.includes(" WITH (")) return definition;
  const [head = "", ...condition] = definition.split(" WHERE ");
  return [`${head} WITH (timescaledb.transaction_per_chunk)`, ...condition].join(" WHERE ");
}
