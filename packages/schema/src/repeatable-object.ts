// A database object that is replaced as a whole when its text changes: a function, procedure, trigger or view. Tables,
// enums and indexes are not: they hold data and go through versioned migrations.

export const repeatableKinds = [
  "function",
  "procedure",
  "aggregate",
  "trigger",
  "view",
  "materialized_view",
] as const;

/** Kind of a repeatable object. */
export type RepeatableKind = (typeof repeatableKinds)[number];

/** A function, procedure, aggregate, trigger or view, and how to make and remove it. */
export interface RepeatableObject {
  readonly name: string;
  readonly kind: RepeatableKind;
  /** SQL that makes it; several statements are parted by lines `--> statement-breakpoint`. */
  readonly create: string;
  /** SQL that removes it and does nothing where it is absent. */
  readonly drop: string;
  /** What to run once it is mended, where its absence leaves wrong rows behind; one line of SQL. No part of its identity. */
  readonly afterwards?: string;
}

/** A function; `signature` is its argument types as DROP FUNCTION wants them. */
export function sqlFunction(name: string, signature: string, create: string): RepeatableObject {
  return {
    name: `${name}(${signature})`,
    kind: "function",
    create: create.trim(),
    drop: `drop function if exists ${name}(${signature})`,
  };
}

/** A procedure; `signature` is its argument types as DROP PROCEDURE wants them. */
export function sqlProcedure(name: string, signature: string, create: string): RepeatableObject {
  return {
    name: `${name}(${signature})`,
    kind: "procedure",
    create: create.trim(),
    drop: `drop procedure if exists ${name}(${signature})`,
  };
}

/**
 * A trigger function that reads or writes other tables. It runs with the rights of the owner, so a role needs rights
 * only on the tables it writes itself. Nobody else may hang it on a table of his own. `settings` are more SET clauses.
 */
export function ownersTriggerFunction(
  name: string,
  body: string,
  settings: readonly string[] = [],
): RepeatableObject {
  return sqlFunction(
    name,
    "",
    `${triggerFunction(name, body, ["security definer"], settings)}
--> statement-breakpoint
revoke execute on function ${name}() from public`,
  );
}

/** A trigger function that only judges the row before it, with the rights of the caller. */
export function callersTriggerFunction(name: string, body: string): RepeatableObject {
  return sqlFunction(name, "", triggerFunction(name, body));
}

/**
 * Every trigger function has a search path of its own: neither a temporary table of the session's nor a function or
 * operator in a schema before `pg_catalog` gets in the way of what it does.
 */
function triggerFunction(
  name: string,
  body: string,
  attributes: readonly string[] = [],
  settings: readonly string[] = [],
): string {
  const set = ["search_path = public, pg_temp", ...settings].map((setting) => `set ${setting}`);
  return `create or replace function ${name}() returns trigger
language plpgsql
${[...attributes, ...set].join("\n")}
as $$
${body.trim()}
$$`;
}

/** A trigger on a table; `definition` is what follows its name in CREATE TRIGGER. */
export function sqlTrigger(
  table: string,
  name: string,
  definition: string,
  constraint = false,
): RepeatableObject {
  const drop = `drop trigger if exists "${name}" on ${table}`;
  return {
    name: `${table}.${name}`,
    kind: "trigger",
    // A constraint trigger has no CREATE OR REPLACE, so every trigger is dropped and made anew.
    create: `${drop};\n--> statement-breakpoint\ncreate ${constraint ? "constraint " : ""}trigger "${name}"\n${definition.trim()}`,
    drop,
  };
}

/** A view; replaced in place while its columns stay, so that what depends on it and who may read it stay too. */
export function sqlView(name: string, query: string): RepeatableObject {
  return {
    name,
    kind: "view",
    create: `create or replace view ${name} as\n${query.trim()}`,
    drop: `drop view if exists ${name}`,
  };
}
