// Compares the catalogue of a live database with the expected one and names each difference once: a missing table is one
// line, not one for every column, index and trigger that went with it.

import type { Catalogue, CatalogueClass, CatalogueObject, CatalogueValue } from "./catalogue.ts";
import type { CatalogueDifference } from "./difference.ts";
import { mendOfDifferent, mendOfMissing, mendOfRenamed, mendOfUndeclared } from "./mend.ts";
import { renamedColumns } from "./renamed-columns.ts";

const className: Readonly<Record<CatalogueClass, string>> = {
  enum: "enum",
  domain: "domain",
  range: "range type",
  composite_type: "composite type",
  table: "table",
  column: "column",
  sequence: "sequence",
  function: "function",
  aggregate: "aggregate",
  constraint: "constraint",
  index: "index",
  statistics: "statistics object",
  view: "view",
  materialized_view: "materialised view",
  rule: "rule",
  trigger: "trigger",
  policy: "row policy",
  grant: "grant",
  owner: "owner",
  inheritance: "inheritance",
  event_trigger: "event trigger",
  other: "object",
};

const relationClasses: readonly CatalogueClass[] = ["table", "view", "materialized_view"];
const partsOfObjects = new Set<CatalogueClass>(["grant", "owner", "inheritance"]);
const partsOfRelations = new Set<CatalogueClass>(["column", "constraint", "trigger", "rule", "policy"]);

/**
 * All differences, in the catalogue's order; empty when the database is as declared. `hypertables` names those of the live
 * database, for the mends of their indexes.
 */
export function compareCatalogues(
  expected: Catalogue,
  live: Catalogue,
  hypertables: ReadonlySet<string> = new Set(),
): readonly CatalogueDifference[] {
  if (expected.fingerprint === live.fingerprint) {
    return [];
  }
  const expectedByKey = new Map(expected.objects.map((object) => [keyOf(object), object]));
  const liveByKey = new Map(live.objects.map((object) => [keyOf(object), object]));
  const missing = expected.objects.filter((object) => !liveByKey.has(keyOf(object)));
  const undeclared = live.objects.filter((object) => !expectedByKey.has(keyOf(object)));
  const renamed = renamedColumns(missing, undeclared);
  const differences: CatalogueDifference[] = [];
  for (const object of missing.filter((candidate) => !isPartOf(candidate, missing))) {
    const found = renamed.get(object);
    differences.push({
      kind: "missing",
      class: object.class,
      name: object.name,
      message:
        found === undefined
          ? `${className[object.class]} ${object.name} is missing`
          : `column ${object.name} is missing, and ${found.name} of the same type is not declared, as after a rename`,
      mend: found === undefined ? mendOfMissing(object, expected, hypertables) : mendOfRenamed(object, found),
    });
  }
  for (const object of expected.objects) {
    const found = liveByKey.get(keyOf(object));
    const changed = found === undefined ? [] : changedProperties(object, found);
    if (found !== undefined && changed.length > 0) {
      differences.push({
        kind: "different",
        class: object.class,
        name: object.name,
        message: `${className[object.class]} ${object.name} differs: ${changed.map((property) => describeChange(property, object, found)).join("; ")}`,
        mend: mendOfDifferent(object, found, hypertables),
      });
    }
  }
  // A column found under another name is named already.
  const named = new Set(renamed.values());
  for (const object of undeclared.filter(
    (candidate) => !named.has(candidate) && !isPartOf(candidate, undeclared),
  )) {
    differences.push({
      kind: "undeclared",
      class: object.class,
      name: object.name,
      message: `${className[object.class]} ${object.name} is not declared`,
      mend: mendOfUndeclared(object, hypertables),
    });
  }
  return differences;
}

function keyOf(object: CatalogueObject): string {
  return `${object.class} ${object.name}`;
}

/** Whether what it belongs to comes or goes with it, and is named already. */
function isPartOf(object: CatalogueObject, others: readonly CatalogueObject[]): boolean {
  const among = (name: string, classes: readonly CatalogueClass[]): boolean =>
    others.some((other) => other.name === name && classes.includes(other.class));
  const { table, constraint, ownedBy, of } = object.definition;
  if (partsOfObjects.has(object.class)) {
    return among(String(of), [...relationClasses, "function"]);
  }
  if (partsOfRelations.has(object.class)) {
    return among(relationOf(object), relationClasses);
  }
  if (object.class === "index") {
    return (
      among(String(table), relationClasses) || among(`${String(table)}.${String(constraint)}`, ["constraint"])
    );
  }
  return (
    object.class === "sequence" &&
    typeof ownedBy === "string" &&
    (among(ownedBy, ["column"]) || among(ownedBy.split(".", 1)[0] ?? "", ["table"]))
  );
}

/** The table of `table.part`. */
function relationOf(object: CatalogueObject): string {
  return object.name.split(".", 1)[0] ?? object.name;
}

function changedProperties(expected: CatalogueObject, live: CatalogueObject): readonly string[] {
  const names = new Set([...Object.keys(expected.definition), ...Object.keys(live.definition)]);
  return [...names].filter(
    (name) => JSON.stringify(expected.definition[name]) !== JSON.stringify(live.definition[name]),
  );
}

function describeChange(property: string, expected: CatalogueObject, live: CatalogueObject): string {
  if (property === "body") {
    return "its body was changed";
  }
  if (property === "triggers") {
    return "the triggers behind it are switched off, so nothing holds it";
  }
  if (property === "populated") {
    return "it was never filled, so it cannot be read";
  }
  const [found, declared] = [lineOf(live.definition[property]), lineOf(expected.definition[property])];
  const at = firstDifference(found, declared);
  return `${property} is ${excerpt(found, at)}, declared ${excerpt(declared, at)}`;
}

function lineOf(value: CatalogueValue | undefined): string {
  const text = value === undefined ? "none" : typeof value === "object" ? value.join(", ") : String(value);
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "empty" : line;
}

function firstDifference(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) {
    at += 1;
  }
  return at;
}

const excerptLength = 200;

/** The whole line, or the part of a long one around the place where it differs. */
function excerpt(line: string, at: number): string {
  if (line.length <= excerptLength) {
    return line;
  }
  const start = Math.max(0, Math.min(at - 60, line.length - excerptLength));
  const end = start + excerptLength;
  return `${start > 0 ? "..." : ""}${line.slice(start, end)}${end < line.length ? "..." : ""}`;
}
