// What brings an object that is there, but not as declared, back to its declaration.

import { quoteIdentifier } from "@app/database";

import type { CatalogueClass, CatalogueObject } from "../catalogue.ts";
import {
  changed,
  columnDefinition,
  concurrently,
  createIndex,
  type Hypertables,
  labels,
  list,
  literal,
  onlyDiffers,
  partOf,
  reapply,
  tableOf,
  text,
} from "./sql-parts.ts";

type Mend = (object: CatalogueObject, live: CatalogueObject, hypertables: Hypertables) => string;

const makeAgain: Mend = () => reapply;
const byHand: Mend = (object) => `bring ${object.name} back to what the migration that made it says`;

const mends: Readonly<Record<CatalogueClass, Mend>> = {
  table: mendTable,
  column: mendColumn,
  constraint: mendConstraint,
  index: mendIndex,
  enum: mendEnum,
  sequence: ({ name: sequence, definition }) =>
    `ALTER SEQUENCE ${quoteIdentifier(sequence)} AS ${text(definition["type"])} INCREMENT ${text(definition["increment"])} MINVALUE ${text(definition["minimum"])} MAXVALUE ${text(definition["maximum"])} CACHE ${text(definition["cache"])} ${definition["cycle"] === true ? "CYCLE" : "NO CYCLE"}`,
  statistics: (object) =>
    `DROP STATISTICS ${quoteIdentifier(object.name)}; ${text(object.definition["definition"])}`,
  rule: (object) =>
    `DROP RULE ${partOf(object)} ON ${tableOf(object)}; ${text(object.definition["definition"])}`,
  function: makeAgain,
  aggregate: makeAgain,
  view: makeAgain,
  materialized_view: (object, live) =>
    onlyDiffers(object, live, "populated")
      ? `REFRESH MATERIALIZED VIEW ${quoteIdentifier(object.name)}`
      : reapply,
  trigger: mendTrigger,
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
export function mendDifferent(
  object: CatalogueObject,
  live: CatalogueObject,
  hypertables: Hypertables,
): string {
  return mends[object.class](object, live, hypertables);
}

function mendTable(object: CatalogueObject, live: CatalogueObject): string {
  const { definition } = object;
  const security =
    definition["rowSecurity"] === "off"
      ? "DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
      : "ENABLE ROW LEVEL SECURITY";
  const actions = [
    ...(changed(object, live, "persistence") ? [`SET ${text(definition["persistence"]).toUpperCase()}`] : []),
    ...(changed(object, live, "rowSecurity") ? [security] : []),
    ...(changed(object, live, "replicaIdentity") ? ["REPLICA IDENTITY DEFAULT"] : []),
    ...optionActions(list(definition["options"]), list(live.definition["options"])),
  ];
  return actions.length === 0
    ? `rebuild ${quoteIdentifier(object.name)} as the migration that made it does`
    : `ALTER TABLE ${quoteIdentifier(object.name)} ${actions.join(", ")}`;
}

function nameOf(option: string): string {
  return option.split("=", 1)[0] ?? option;
}

function optionActions(declared: readonly string[], live: readonly string[]): readonly string[] {
  const wanted = declared.filter((option) => !live.includes(option));
  const kept = new Set(declared.map(nameOf));
  const gone = live.map(nameOf).filter((option) => !kept.has(option));
  return [
    ...(wanted.length > 0 ? [`SET (${wanted.join(", ")})`] : []),
    ...(gone.length > 0 ? [`RESET (${gone.join(", ")})`] : []),
  ];
}

function mendColumn(object: CatalogueObject, live: CatalogueObject): string {
  const { definition } = object;
  const differs = (property: string): boolean => changed(object, live, property);
  if (differs("generated") || differs("expression")) {
    return `ALTER TABLE ${tableOf(object)} DROP COLUMN ${partOf(object)}, ADD COLUMN ${columnDefinition(object)}`;
  }
  const column = partOf(object);
  const type = text(definition["type"]);
  const collation = text(definition["collation"]);
  const actions = [
    ...(differs("type") || differs("collation")
      ? [`TYPE ${type}${collation === "" ? "" : ` COLLATE ${collation}`} USING ${column}::${type}`]
      : []),
    ...(differs("default")
      ? [definition["default"] === undefined ? "DROP DEFAULT" : `SET DEFAULT ${text(definition["default"])}`]
      : []),
    ...(differs("notNull") ? [`${definition["notNull"] === true ? "SET" : "DROP"} NOT NULL`] : []),
    ...(differs("identity")
      ? [
          definition["identity"] === undefined
            ? "DROP IDENTITY"
            : `ADD GENERATED ${text(definition["identity"]).toUpperCase()} AS IDENTITY`,
        ]
      : []),
    ...(differs("storage") ? ["SET STORAGE DEFAULT"] : []),
    ...(differs("compression") ? ["SET COMPRESSION DEFAULT"] : []),
  ];
  return `ALTER TABLE ${tableOf(object)} ${actions.map((action) => `ALTER COLUMN ${column} ${action}`).join(", ")}`;
}

// One whose triggers were off is made again too: that looks at the rows which came meanwhile.
function mendConstraint(object: CatalogueObject, live: CatalogueObject): string {
  const definition = text(object.definition["definition"]);
  // One that is not validated says so in its definition too.
  const onlyUnvalidated =
    live.definition["validated"] === false &&
    text(live.definition["definition"]).replace(/ NOT VALID$/, "") === definition;
  return onlyUnvalidated
    ? `ALTER TABLE ${tableOf(object)} VALIDATE CONSTRAINT ${partOf(object)}`
    : `ALTER TABLE ${tableOf(object)} DROP CONSTRAINT ${partOf(object)}, ADD CONSTRAINT ${partOf(object)} ${definition}`;
}

function mendIndex(object: CatalogueObject, live: CatalogueObject, hypertables: Hypertables): string {
  // Of a hypertable no single index can be rebuilt.
  if (onlyDiffers(object, live, "valid") && concurrently(object, hypertables) !== "") {
    return `REINDEX INDEX CONCURRENTLY ${quoteIdentifier(object.name)}`;
  }
  if (onlyDiffers(object, live, "clustered")) {
    return `ALTER TABLE ${quoteIdentifier(text(object.definition["table"]))} SET WITHOUT CLUSTER`;
  }
  return `DROP INDEX ${concurrently(object, hypertables)}${quoteIdentifier(object.name)}; ${createIndex(object, hypertables)}`;
}

const enabling: Readonly<Record<string, string>> = {
  yes: "ENABLE TRIGGER",
  no: "DISABLE TRIGGER",
  always: "ENABLE ALWAYS TRIGGER",
  "on replica": "ENABLE REPLICA TRIGGER",
};

function mendTrigger(object: CatalogueObject, live: CatalogueObject): string {
  return onlyDiffers(object, live, "enabled")
    ? `ALTER TABLE ${tableOf(object)} ${enabling[text(object.definition["enabled"])] ?? ""} ${partOf(object)}`
    : reapply;
}

function mendEnum(object: CatalogueObject, live: CatalogueObject): string {
  const declared = labels(object);
  const present = labels(live);
  const kept = declared.filter((label) => present.includes(label));
  if (present.join("\0") !== kept.join("\0")) {
    return `labels cannot be removed or reordered in place: make a type of the declared labels and ALTER COLUMN ... TYPE every column that uses ${quoteIdentifier(object.name)}`;
  }
  return declared
    .map((label, index) => ({ label, before: declared[index - 1], after: declared[index + 1] }))
    .filter(({ label }) => !present.includes(label))
    .map(({ label, before, after }) => {
      const first = after === undefined ? "" : ` BEFORE ${literal(after)}`;
      const place = before === undefined ? first : ` AFTER ${literal(before)}`;
      return `ALTER TYPE ${quoteIdentifier(object.name)} ADD VALUE ${literal(label)}${place}`;
    })
    .join("; ");
}
