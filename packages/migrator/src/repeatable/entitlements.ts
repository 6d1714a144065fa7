// What a function, trigger or view has besides its text: owner, grants and comments. A drop takes them along, so they
// are read before it and given back once the object is there again, in the same transaction. Grants that somebody else
// than the owner gave come back as the owner's.

import { quoteIdentifier } from "@app/database";
import type { RepeatableKind } from "@app/schema";

import { literal } from "../catalogue/mend/sql-parts.ts";
import type { MigrationSession } from "../session/session.ts";

export interface Grant {
  readonly privilege: string;
  /** Null for PUBLIC. */
  readonly grantee: string | null;
  readonly grantable: boolean;
  /** Null for the whole object. */
  readonly column: string | null;
}

export interface Comment {
  readonly text: string;
  /** Null for the object itself. */
  readonly column: string | null;
}

/** Owner, grants and comments of one object that is there. */
export interface Entitlements {
  readonly kind: RepeatableKind;
  readonly name: string;
  readonly owner: string;
  /** Those the server assumes where none were ever given are among them. */
  readonly grants: readonly Grant[];
  readonly comments: readonly Comment[];
  readonly columns: readonly string[];
  /** Whether an object made by this session would have the same. */
  readonly ordinary: boolean;
}

// A trigger belongs to its table, and so do owner and grants.
const entitlementsSql = `
SELECT o.kind, o.name, pg_get_userbyid(o.owner) AS owner,
  coalesce((
    SELECT jsonb_agg(DISTINCT jsonb_build_object(
      'privilege', g.privilege_type, 'grantable', g.is_grantable, 'column', a.name,
      'grantee', CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END))
    FROM (
      SELECT NULL::text AS name, coalesce(o.acl, acldefault(o.acl_kind, o.owner)) AS acl WHERE o.acl_kind IS NOT NULL
      UNION ALL
      SELECT attname, attacl FROM pg_attribute
      WHERE o.catalog = 'pg_class'::regclass AND attrelid = o.oid AND attacl IS NOT NULL AND NOT attisdropped
    ) AS a CROSS JOIN LATERAL aclexplode(a.acl) AS g), '[]') AS grants,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('text', d.description, 'column', a.attname))
    FROM pg_description d
    LEFT JOIN pg_attribute a ON d.objsubid <> 0 AND a.attrelid = d.objoid AND a.attnum = d.objsubid
    WHERE d.classoid = o.catalog AND d.objoid = o.oid), '[]') AS comments,
  ARRAY(
    SELECT attname::text FROM pg_attribute
    WHERE o.catalog = 'pg_class'::regclass AND attrelid = o.oid AND attnum > 0 AND NOT attisdropped) AS columns,
  NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = o.catalog AND d.objoid = o.oid)
  AND (o.acl_kind IS NULL OR (
    o.acl IS NULL AND pg_get_userbyid(o.owner) = current_user AND NOT EXISTS (SELECT FROM pg_default_acl)
    AND NOT EXISTS (
      SELECT FROM pg_attribute
      WHERE o.catalog = 'pg_class'::regclass AND attrelid = o.oid AND attacl IS NOT NULL))) AS ordinary
FROM (
  SELECT w.kind, w.name, 'pg_class'::regclass AS catalog, c.oid, c.relowner AS owner, c.relacl AS acl, 'r'::"char" AS acl_kind
  FROM unnest($1::text[], $2::text[]) AS w (kind, name)
  JOIN pg_class c ON c.oid = to_regclass(format('public.%I', w.name))
  WHERE w.kind IN ('view', 'materialized_view')
  UNION ALL
  SELECT w.kind, w.name, 'pg_proc'::regclass, p.oid, p.proowner, p.proacl, 'f'
  FROM unnest($1::text[], $2::text[]) AS w (kind, name)
  JOIN pg_proc p ON p.oid = to_regprocedure('public.' || w.name)
  WHERE w.kind IN ('function', 'aggregate')
  UNION ALL
  SELECT w.kind, w.name, 'pg_trigger'::regclass, t.oid, c.relowner, NULL, NULL
  FROM unnest($1::text[], $2::text[]) AS w (kind, name)
  JOIN pg_class c ON c.oid = to_regclass(format('public.%I', split_part(w.name, '.', 1)))
  JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = substr(w.name, strpos(w.name, '.') + 1)
  WHERE w.kind = 'trigger'
) AS o`;

/** Reads those of the objects that are there, by name. */
export async function readEntitlements(
  session: MigrationSession,
  objects: readonly { readonly kind: string; readonly name: string }[],
): Promise<ReadonlyMap<string, Entitlements>> {
  if (objects.length === 0) {
    return new Map();
  }
  const rows = await session.query<Entitlements>(entitlementsSql, [
    objects.map(({ kind }) => kind),
    objects.map(({ name }) => name),
  ]);
  return new Map(rows.map((row) => [row.name, row]));
}

/** The statements that give an object made again what it had `before`; columns that are gone take theirs along. */
export function statementsGivingBack(before: Entitlements, now: Entitlements): readonly string[] {
  const object = sqlName(now);
  const owner = quoteIdentifier(before.owner);
  const alter = now.kind === "function" || now.kind === "aggregate" ? `ROUTINE ${object}` : `TABLE ${object}`;
  // A change of owner takes the owner's own grants along.
  const present = now.grants.map((grant) =>
    grant.grantee === now.owner ? { ...grant, grantee: before.owner } : grant,
  );
  const wanted = before.grants.filter(({ column }) => column === null || now.columns.includes(column));
  const onObject = now.kind === "trigger" ? [] : missingFrom(wanted, present);
  const tooMany = now.kind === "trigger" ? [] : missingFrom(present, wanted);
  return [
    ...(now.kind !== "trigger" && before.owner !== now.owner ? [`ALTER ${alter} OWNER TO ${owner}`] : []),
    ...tooMany.map((grant) => `REVOKE ${what(grant)} ON ${alter} FROM ${whom(grant)}`),
    ...onObject.map(
      (grant) =>
        `GRANT ${what(grant)} ON ${alter} TO ${whom(grant)}${grant.grantable ? " WITH GRANT OPTION" : ""}`,
    ),
    ...before.comments
      .filter(({ column }) => column === null || now.columns.includes(column))
      .map(({ column, text }) => `COMMENT ON ${commented(now, column)} IS ${literal(text)}`),
  ];
}

function missingFrom(grants: readonly Grant[], others: readonly Grant[]): readonly Grant[] {
  const known = new Set(others.map(identity));
  return grants.filter((grant) => !known.has(identity(grant)));
}

function identity({ privilege, grantee, grantable, column }: Grant): string {
  return JSON.stringify([privilege, grantee, grantable, column]);
}

function what({ privilege, column }: Grant): string {
  return column === null ? privilege : `${privilege} (${quoteIdentifier(column)})`;
}

function whom({ grantee }: Grant): string {
  return grantee === null ? "PUBLIC" : quoteIdentifier(grantee);
}

function sqlName({ kind, name }: Entitlements): string {
  switch (kind) {
    case "function":
    case "procedure":
    case "aggregate":
      // As it is declared: a name with its argument types.
      return `public.${name}`;
    case "trigger": {
      const dot = name.indexOf(".");
      return `${quoteIdentifier(name.slice(dot + 1))} ON public.${quoteIdentifier(name.slice(0, dot))}`;
    }
    case "view":
    case "materialized_view":
      return `public.${quoteIdentifier(name)}`;
  }
}

function commented(now: Entitlements, column: string | null): string {
  if (column !== null) {
    return `COLUMN ${sqlName(now)}.${quoteIdentifier(column)}`;
  }
  const isRoutine = now.kind === "function" || now.kind === "procedure" || now.kind === "aggregate";
  const kind = isRoutine ? "routine" : now.kind;
  return `${kind.replace("_", " ").toUpperCase()} ${sqlName(now)}`;
}
