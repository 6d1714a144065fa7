// What a person would run to undo one difference. Advice, never run by the migrator: drift has an author, and only a
// person knows whether the database or the code is right.

import { quoteIdentifier } from "@app/database";

import type { Catalogue, CatalogueObject } from "./catalogue.ts";
import type { DifferenceKind } from "./difference.ts";

const reapply = "pnpm migrate --reapply";

/** One line of SQL, or a command. */
export function mendOf(
  kind: DifferenceKind,
  object: CatalogueObject,
  live: CatalogueObject | undefined,
  expected: Catalogue,
): string {
  switch (kind) {
    case "missing":
      return oneLine(mendMissing(object, expected));
    case "different":
      return oneLine(mendDifferent(object, live ?? object));
    case "undeclared":
      return oneLine(mendUndeclared(object));
  }
}

function mendMissing(object: CatalogueObject, expected: Catalogue): string {
  const { definition } = object;
  switch (object.class) {
    case "table":
      return createTable(object, expected);
    case "column":
      return `ALTER TABLE ${tableOf(object)} ADD COLUMN ${columnDefinition(object)}`;
    case "constraint":
      return `ALTER TABLE ${tableOf(object)} ADD CONSTRAINT ${partOf(object)} ${text(definition["definition"])}`;
    case "index":
      return createIndex(object);
    case "statistics":
    case "rule":
      return text(definition["definition"]);
    case "enum":
      return `CREATE TYPE ${name(object.name)} AS ENUM (${labels(object).map(literal).join(", ")})`;
    case "sequence":
      return `CREATE SEQUENCE ${name(object.name)} AS ${text(definition["type"])} INCREMENT ${text(definition["increment"])}`;
    case "function":
    case "aggregate":
    case "view":
    case "materialized_view":
    case "trigger":
      return reapply;
    case "domain":
    case "range":
    case "composite_type":
    case "policy":
    case "other":
      return `create ${object.name} again as the migration that made it does`;
  }
}

function mendDifferent(object: CatalogueObject, live: CatalogueObject): string {
  const { definition } = object;
  switch (object.class) {
    case "table":
      return mendTable(object, live);
    case "column":
      return mendColumn(object, live);
    case "constraint":
      return onlyUnvalidated(object, live)
        ? `ALTER TABLE ${tableOf(object)} VALIDATE CONSTRAINT ${partOf(object)}`
        : `ALTER TABLE ${tableOf(object)} DROP CONSTRAINT ${partOf(object)}, ADD CONSTRAINT ${partOf(object)} ${text(definition["definition"])}`;
    case "index":
      return mendIndex(object, live);
    case "enum":
      return mendEnum(object, live);
    case "sequence":
      return `ALTER SEQUENCE ${name(object.name)} AS ${text(definition["type"])} INCREMENT ${text(definition["increment"])} MINVALUE ${text(definition["minimum"])} MAXVALUE ${text(definition["maximum"])} CACHE ${text(definition["cache"])} ${definition["cycle"] === true ? "CYCLE" : "NO CYCLE"}`;
    case "statistics":
      return `DROP STATISTICS ${name(object.name)}; ${text(definition["definition"])}`;
    case "rule":
      return `DROP RULE ${partOf(object)} ON ${tableOf(object)}; ${text(definition["definition"])}`;
    case "function":
    case "aggregate":
    case "view":
    case "materialized_view":
    case "trigger":
      return reapply;
    case "domain":
    case "range":
    case "composite_type":
    case "policy":
    case "other":
      return `bring ${object.name} back to what the migration that made it says`;
  }
}

function mendUndeclared(object: CatalogueObject): string {
  const declare = "or declare it in packages/schema and run pnpm db:generate";
  switch (object.class) {
    case "column":
      return `ALTER TABLE ${tableOf(object)} DROP COLUMN ${partOf(object)} (its values go with it), ${declare}`;
    case "constraint":
      return `ALTER TABLE ${tableOf(object)} DROP CONSTRAINT ${partOf(object)}, ${declare}`;
    case "index":
      return `DROP INDEX CONCURRENTLY ${name(object.name)}, ${declare}`;
    case "trigger":
    case "rule":
    case "policy":
      return `DROP ${object.class.toUpperCase()} ${partOf(object)} ON ${tableOf(object)}, ${declare}`;
    case "function":
      return `DROP ROUTINE ${object.name}, ${declare}`;
    case "aggregate":
      return `DROP AGGREGATE ${object.name}, ${declare}`;
    case "table":
      return `DROP TABLE ${name(object.name)} (its rows go with it), ${declare}`;
    case "view":
    case "sequence":
    case "domain":
    case "statistics":
      return `DROP ${object.class.toUpperCase()} ${name(object.name)}, ${declare}`;
    case "materialized_view":
      return `DROP MATERIALIZED VIEW ${name(object.name)}, ${declare}`;
    case "enum":
    case "range":
    case "composite_type":
      return `DROP TYPE ${name(object.name)}, ${declare}`;
    case "other":
      return `drop ${object.name}, ${declare}`;
  }
}

function createTable(object: CatalogueObject, expected: Catalogue): string {
  const parts = (objectClass: CatalogueObject["class"]): readonly CatalogueObject[] =>
    expected.objects.filter((part) => part.class === objectClass && part.name.startsWith(`${object.name}.`));
  const lines = [
    ...parts("column").map(columnDefinition),
    ...parts("constraint").map((part) => `CONSTRAINT ${partOf(part)} ${text(part.definition["definition"])}`),
  ];
  return `restore it with its rows from a backup; empty: CREATE TABLE ${name(object.name)} (${lines.join(", ")}), then its indexes, then ${reapply}`;
}

function columnDefinition(column: CatalogueObject): string {
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

function mendTable(object: CatalogueObject, live: CatalogueObject): string {
  const { definition } = object;
  const differs = (property: string): boolean => changed(object, live, property);
  const actions = [
    ...(differs("persistence")
      ? [definition["persistence"] === "logged" ? "SET LOGGED" : "SET UNLOGGED"]
      : []),
    ...(differs("rowSecurity")
      ? [
          definition["rowSecurity"] === "off"
            ? "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
            : "ENABLE ROW LEVEL SECURITY",
        ]
      : []),
    ...(differs("replicaIdentity") ? ["REPLICA IDENTITY DEFAULT"] : []),
    ...(differs("options")
      ? optionActions(list(definition["options"]), list(live.definition["options"]))
      : []),
  ];
  return actions.length === 0
    ? `rebuild ${name(object.name)} as the migration that made it does`
    : `ALTER TABLE ${name(object.name)} ${actions.join(", ")}`;
}

function optionActions(declared: readonly string[], live: readonly string[]): readonly string[] {
  const kept = new Set(declared.map((option) => option.split("=", 1)[0]));
  const gone = live.map((option) => option.split("=", 1)[0]).filter((option) => !kept.has(option));
  return [
    ...(declared.length > 0 ? [`SET (${declared.join(", ")})`] : []),
    ...(gone.length > 0 ? [`RESET (${gone.join(", ")})`] : []),
  ];
}

function mendColumn(object: CatalogueObject, live: CatalogueObject): string {
  const { definition } = object;
  const differs = (property: string): boolean => changed(object, live, property);
  if (differs("generated") || differs("expression")) {
    return `ALTER TABLE ${tableOf(object)} DROP COLUMN ${partOf(object)}, ADD COLUMN ${columnDefinition(object)}`;
  }
  const alter = `ALTER COLUMN ${partOf(object)}`;
  const actions = [
    ...(differs("type") || differs("collation")
      ? [
          `${alter} TYPE ${text(definition["type"])}${typeof definition["collation"] === "string" ? ` COLLATE ${definition["collation"]}` : ""} USING ${partOf(object)}::${text(definition["type"])}`,
        ]
      : []),
    ...(differs("default")
      ? [
          definition["default"] === undefined
            ? `${alter} DROP DEFAULT`
            : `${alter} SET DEFAULT ${text(definition["default"])}`,
        ]
      : []),
    ...(differs("notNull") ? [`${alter} ${definition["notNull"] === true ? "SET" : "DROP"} NOT NULL`] : []),
    ...(differs("identity")
      ? [
          definition["identity"] === undefined
            ? `${alter} DROP IDENTITY`
            : `${alter} ADD GENERATED ${text(definition["identity"]).toUpperCase()} AS IDENTITY`,
        ]
      : []),
    ...(differs("storage") ? [`${alter} SET STORAGE DEFAULT`] : []),
    ...(differs("compression") ? [`${alter} SET COMPRESSION DEFAULT`] : []),
  ];
  return `ALTER TABLE ${tableOf(object)} ${actions.join(", ")}`;
}

function mendIndex(object: CatalogueObject, live: CatalogueObject): string {
  if (onlyDiffers(object, live, "valid")) {
    return `REINDEX INDEX CONCURRENTLY ${name(object.name)}`;
  }
  if (changed(object, live, "clustered") && !changed(object, live, "definition")) {
    return `ALTER TABLE ${name(text(object.definition["table"]))} SET WITHOUT CLUSTER`;
  }
  return `DROP INDEX CONCURRENTLY ${name(object.name)}; ${createIndex(object)}`;
}

function createIndex(object: CatalogueObject): string {
  return text(object.definition["definition"]).replace(
    /^CREATE (UNIQUE )?INDEX /,
    "CREATE $1INDEX CONCURRENTLY ",
  );
}

function mendEnum(object: CatalogueObject, live: CatalogueObject): string {
  const declared = labels(object);
  const present = labels(live);
  const added = declared.filter((label) => !present.includes(label));
  const kept = declared.filter((label) => present.includes(label));
  if (present.join("\0") !== kept.join("\0")) {
    return `an enum's labels cannot be removed or reordered in place: make a type of the declared labels and ALTER COLUMN ... TYPE every column that uses ${name(object.name)}`;
  }
  return added
    .map((label) => {
      const before = declared[declared.indexOf(label) - 1];
      const next = declared[declared.indexOf(label) + 1];
      const place =
        before === undefined
          ? next === undefined
            ? ""
            : ` BEFORE ${literal(next)}`
          : ` AFTER ${literal(before)}`;
      return `ALTER TYPE ${name(object.name)} ADD VALUE ${literal(label)}${place}`;
    })
    .join("; ");
}

function labels(object: CatalogueObject): readonly string[] {
  return list(object.definition["labels"]);
}

function list(value: CatalogueObject["definition"][string] | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}

function changed(expected: CatalogueObject, live: CatalogueObject, property: string): boolean {
  return JSON.stringify(expected.definition[property]) !== JSON.stringify(live.definition[property]);
}

function onlyDiffers(expected: CatalogueObject, live: CatalogueObject, property: string): boolean {
  const properties = new Set([...Object.keys(expected.definition), ...Object.keys(live.definition)]);
  return [...properties].every((candidate) => candidate === property || !changed(expected, live, candidate));
}

/** An unvalidated constraint says so in its definition too. */
function onlyUnvalidated(expected: CatalogueObject, live: CatalogueObject): boolean {
  return (
    live.definition["validated"] === false &&
    text(live.definition["definition"]).replace(/ NOT VALID$/, "") === expected.definition["definition"]
  );
}

function text(value: CatalogueObject["definition"][string] | undefined): string {
  return value === undefined ? "" : String(value);
}

function tableOf(object: CatalogueObject): string {
  return name(object.name.slice(0, object.name.indexOf(".")));
}

function partOf(object: CatalogueObject): string {
  return name(object.name.slice(object.name.indexOf(".") + 1));
}

/** Quoted only where PostgreSQL would need it, as a person would write it. */
function name(identifier: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : quoteIdentifier(identifier);
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function oneLine(sql: string): string {
  return sql.replace(/\s+/g, " ").trim();
}
