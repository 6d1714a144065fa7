// Which functions, triggers and views to drop and make, in which order, so that the database holds those of the
// code: read from the ledger and the code alone. Drops run first, in reverse order of application; then the makes, in the
// code's order, all in one transaction, so that no other session ever sees the space between.

import type { RepeatableObject } from "@app/schema";

import { splitStatements } from "../files/migration-statement.ts";
import type { MigrationStatement } from "../files/migration-statement.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import { repeatableHash } from "./repeatable-hash.ts";

export interface RepeatableDrop {
  readonly action: "drop";
  readonly name: string;
  readonly objectKind: string;
  readonly why: string;
  readonly statements: readonly MigrationStatement[];
  /** False when it is made again in the same transaction. */
  readonly forGood: boolean;
}

export interface RepeatableMake {
  readonly action: "create" | "replace" | "recreate";
  readonly name: string;
  readonly objectKind: string;
  readonly why: string;
  readonly statements: readonly MigrationStatement[];
  readonly object: RepeatableObject;
  /** Place in the code's order. */
  readonly position: number;
}

export type RepeatableChange = RepeatableDrop | RepeatableMake;

/**
 * - `changed`: only what differs, in place where the server may allow it, and what it makes depend on that
 * - `views-made-again`: the same, but a changed view is dropped, since its columns may not stay as they are
 * - `all`: everything is dropped and made again (`--reapply`, or when something undeclared depends on a part)
 */
export type RepeatableScope = "changed" | "views-made-again" | "all";

const replacedKinds = new Set<string>(["function", "procedure"]);
const rebuiltKinds = new Set(["view", "materialized_view"]);

/** The changes, in the order in which they run; empty when the ledger agrees with the code. */
export function repeatableChanges(
  objects: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): readonly RepeatableChange[] {
  const applied = rows.filter((row) => row.kind === "repeatable").toSorted((a, b) => a.position - b.position);
  const objectByName = new Map(objects.map((object) => [object.name, object]));
  const rowByName = new Map(applied.map((row) => [row.name, row]));
  const dropped = new Map<string, string>();
  for (const row of applied) {
    const why = whyDropped(row, objectByName.get(row.name), scope);
    if (why !== undefined) {
      dropped.set(row.name, why);
    }
  }
  const roots = applied.filter((row) => dropped.has(row.name) && isRoot(row));
  for (const row of applied.filter(({ name }) => !dropped.has(name))) {
    const root = roots.find((candidate) => candidate.position < row.position && isDependent(row, candidate));
    if (root !== undefined) {
      dropped.set(row.name, `may depend on ${root.name}`);
    }
  }
  return [
    ...applied
      .toReversed()
      .filter((row) => dropped.has(row.name))
      .map((row) => dropOf(row, dropped.get(row.name) ?? "", objectByName)),
    ...objects.flatMap((object, position) => makeOf(object, position, rowByName.get(object.name), dropped)),
  ];
}

function whyDropped(
  row: LedgerRow,
  object: RepeatableObject | undefined,
  scope: RepeatableScope,
): string | undefined {
  if (object === undefined) {
    return "no longer in the code";
  }
  if (scope === "all") {
    return "is made again";
  }
  if (repeatableHash(object) === row.hash) {
    return undefined;
  }
  return isReplacedInPlace(row, object, scope) ? undefined : "its text changed";
}

/** CREATE OR REPLACE keeps what depends on a routine of the same signature, or on a view, and who may use them. */
function isReplacedInPlace(row: LedgerRow, object: RepeatableObject, scope: RepeatableScope): boolean {
  if (object.kind !== row.objectKind || object.drop !== row.undo) {
    return false;
  }
  return (
    replacedKinds.has(object.kind) ||
    (object.kind === "view" && scope === "changed" && /^create or replace view\b/i.test(object.create))
  );
}

/** Triggers and procedures have nothing depend on them; of all others something may. */
function isRoot(row: LedgerRow): boolean {
  return row.objectKind !== "trigger" && row.objectKind !== "procedure";
}

function isDependent(row: LedgerRow, root: LedgerRow): boolean {
  const kind = row.objectKind ?? "";
  return rebuiltKinds.has(kind) || (kind === "aggregate" && !rebuiltKinds.has(root.objectKind ?? ""));
}

function dropOf(
  row: LedgerRow,
  why: string,
  objectByName: ReadonlyMap<string, RepeatableObject>,
): RepeatableDrop {
  return {
    action: "drop",
    name: row.name,
    objectKind: row.objectKind ?? "object",
    why,
    statements: splitStatements(row.undo ?? ""),
    forGood: !objectByName.has(row.name),
  };
}

function makeOf(
  object: RepeatableObject,
  position: number,
  row: LedgerRow | undefined,
  dropped: ReadonlyMap<string, string>,
): readonly RepeatableMake[] {
  const make = { name: object.name, objectKind: object.kind, object, position };
  const statements = splitStatements(object.create);
  if (row === undefined) {
    return [{ ...make, action: "create", why: "new in the code", statements }];
  }
  const why = dropped.get(object.name);
  if (why !== undefined) {
    return [{ ...make, action: "recreate", why, statements }];
  }
  return repeatableHash(object) === row.hash
    ? []
    : [{ ...make, action: "replace", why: "its text changed", statements }];
}
