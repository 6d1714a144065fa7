import type { RepeatableObject } from "@app/schema";
import { describe, expect, it } from "vitest";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import { repeatableChanges, type RepeatableScope } from "./repeatable-changes.ts";
import { repeatableHash } from "./repeatable-hash.ts";

function object(
  kind: RepeatableObject["kind"],
  name: string,
  body = "1",
  drop = `drop ${kind} ${name}`,
): RepeatableObject {
  return { kind, name, create: `create ${kind} ${name} ${body}`, drop };
}

function rowsOf(objects: readonly RepeatableObject[]): readonly LedgerRow[] {
  return objects.map((applied, position) => ({
    kind: "repeatable",
    name: applied.name,
    position,
    hash: repeatableHash(applied),
    state: "applied",
    statementsDone: 1,
    doneHash: null,
    objectKind: applied.kind,
    undo: applied.drop,
    appliedAt: "2026-01-01T00:00:00.000000Z",
    durationMs: 1,
    appliedBy: "owner",
  }));
}

const f = object("function", "f");
const g = object("function", "g");
const t = object("trigger", "t");
const v = object("view", "v");
const w = object("view", "w");
const all = [f, g, t, v, w];

function changes(
  code: readonly RepeatableObject[],
  applied: readonly RepeatableObject[],
  scope: RepeatableScope = "changed",
): readonly string[] {
  return repeatableChanges(code, rowsOf(applied), scope).map(({ action, name }) => `${action} ${name}`);
}

describe("repeatableChanges", () => {
  it("does nothing when nothing changed", () => {
    expect(changes(all, all)).toEqual([]);
  });

  it("creates in the code's order", () => {
    expect(changes(all, [])).toEqual(["create f", "create g", "create t", "create v", "create w"]);
  });

  it("replaces a function of the same signature in place", () => {
    expect(changes([object("function", "f", "2"), g, t, v, w], all)).toEqual(["replace f"]);
  });

  it("replaces a procedure in place too: nothing depends on it but a job by its name", () => {
    const p = object("procedure", "p");
    expect(changes([f, object("procedure", "p", "2"), v], [f, p, v])).toEqual(["replace p"]);
  });

  it("takes down the views behind a function whose signature changed", () => {
    const changed = object("function", "f", "2", "drop function f(int)");
    expect(changes([changed, g, t, v, w], all)).toEqual([
      "drop w",
      "drop v",
      "drop f",
      "recreate f",
      "recreate v",
      "recreate w",
    ]);
  });

  it("makes only the trigger again when a trigger changed", () => {
    expect(changes([f, g, object("trigger", "t", "2"), v, w], all)).toEqual(["drop t", "recreate t"]);
  });

  it("takes down the later views when a view changed", () => {
    expect(changes([f, g, t, object("view", "v", "2"), w], all)).toEqual([
      "drop w",
      "drop v",
      "recreate v",
      "recreate w",
    ]);
  });

  it("replaces a view whose text says so in place, until the server refuses its columns", () => {
    const replaceable = (body: string) => ({
      ...object("view", "v"),
      create: `create or replace view v as ${body}`,
    });
    const before = [f, g, t, replaceable("1"), w];
    const after = [f, g, t, replaceable("2"), w];
    expect(changes(after, before)).toEqual(["replace v"]);
    expect(changes(after, before, "views-made-again")).toEqual([
      "drop w",
      "drop v",
      "recreate v",
      "recreate w",
    ]);
  });

  it("drops what left the code, in reverse order, with the text it was applied with", () => {
    expect(changes([f, v], all)).toEqual(["drop w", "drop v", "drop t", "drop g", "recreate v"]);
    const [drop] = repeatableChanges([], rowsOf([f]), "changed");
    expect(drop?.statements[0]?.sql).toBe(f.drop);
  });

  it("makes everything again when asked to", () => {
    expect(changes([f, v], [f, v], "all")).toEqual(["drop v", "drop f", "recreate f", "recreate v"]);
  });

  it("does not take other line endings for a change", () => {
    expect(changes([object("function", "f", "1\r\n2")], [object("function", "f", "1\n2")])).toEqual([]);
  });
});
