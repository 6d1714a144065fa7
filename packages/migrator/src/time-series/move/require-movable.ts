// Refuses, by name, a table that would come out of a move as something else: with a trigger, policy or view lost that
// this code does not declare. Asked before the first row is copied and again under the lock of the exchange.

import type { RepeatableObject } from "@app/schema";

import { TableMoveError } from "../../errors.ts";
import type { MigrationSession } from "../../session/session.ts";
import type { LiveTableShape } from "./live-table.ts";
import { movingSchema, type MovingNames } from "./moving-names.ts";

// $1 table as regclass text, $2 declared triggers as table.name, $3 declared views.
const inTheWaySql = `
WITH RECURSIVE readers AS (
  SELECT r.ev_class AS oid
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = $1::regclass AND r.ev_class <> $1::regclass
  UNION
  SELECT r.ev_class
  FROM readers v
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
  JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
  WHERE r.ev_class <> v.oid
)
SELECT DISTINCT thing FROM (
  SELECT format('trigger %s.%s', c.relname, t.tgname) AS thing
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal
    AND NOT format('%s.%s', c.relname, t.tgname) = ANY ($2::text[])
    AND p.pronamespace IS DISTINCT FROM to_regnamespace('${movingSchema}')
  UNION ALL
  SELECT format('rule %s on %s', r.rulename, r.ev_class::regclass) FROM pg_rewrite r WHERE r.ev_class = $1::regclass
  UNION ALL
  SELECT format('row policy %s on %s', p.polname, p.polrelid::regclass) FROM pg_policy p WHERE p.polrelid = $1::regclass
  UNION ALL
  SELECT format('statistics object %s', s.stxname) FROM pg_statistic_ext s WHERE s.stxrelid = $1::regclass
  UNION ALL
  SELECT format('foreign key %s of %s', k.conname, k.conrelid::regclass)
  FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = $1::regclass
  UNION ALL
  SELECT format('child table %s', i.inhrelid::regclass) FROM pg_inherits i WHERE i.inhparent = $1::regclass
  UNION ALL
  SELECT format('parent table %s', i.inhparent::regclass) FROM pg_inherits i WHERE i.inhrelid = $1::regclass
  UNION ALL
  SELECT format('subscription of %s', r.srrelid::regclass) FROM pg_subscription_rel r WHERE r.srrelid = $1::regclass
  UNION ALL
  SELECT 'row level security, which is forced on its owner too' FROM pg_class
  WHERE oid = $1::regclass AND relforcerowsecurity
  UNION ALL
  SELECT 'its kind: only an ordinary logged table can be moved' FROM pg_class
  WHERE oid = $1::regclass AND NOT (relkind = 'r' AND relpersistence = 'p')
  UNION ALL
  SELECT format('%s %s', CASE c.relkind WHEN 'm' THEN 'materialised view' ELSE 'view' END, c.oid::regclass)
  FROM readers JOIN pg_class c ON c.oid = readers.oid
  WHERE NOT (c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($3::text[]))
  UNION ALL
  SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
  FROM pg_class c
  JOIN pg_type y ON y.oid = c.reltype
  JOIN pg_depend d ON d.deptype = 'n' AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
    OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray)))
  WHERE c.oid = $1::regclass AND d.classid NOT IN ('pg_rewrite'::regclass, 'pg_constraint'::regclass,
      'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass)
) AS found
ORDER BY 1`;

/** @throws {@link TableMoveError} `move-refused` naming everything in the way. */
export async function requireMovable(
  session: MigrationSession,
  names: MovingNames,
  shape: LiveTableShape,
  timeColumn: string,
  repeatables: readonly RepeatableObject[],
): Promise<void> {
  const named = (kinds: readonly string[]): string[] =>
    repeatables.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name.split("(", 1)[0] ?? name);
  const found = await session.query<{ thing: string }>(inTheWaySql, [
    names.live,
    named(["trigger"]),
    named(["view", "materialized_view"]),
  ]);
  const things = found.map(({ thing }) => thing);
  if (!shape.key.some(({ name }) => name === timeColumn)) {
    things.push(`its primary key, which does not hold ${timeColumn}`);
  }
  if (things.length > 0) {
    throw new TableMoveError(
      "move-refused",
      `The table ${names.table} cannot be moved into a hypertable with ${things.join(", ")}: it would be lost, or it is in the way. Drop it, or declare triggers and views here, then run again; the table is as it was.`,
      things,
    );
  }
}
