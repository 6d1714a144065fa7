// What belongs to a table and is no part of its shape: owner, rights, comments, replica identity, publications, row
// security, clustering. Read from the live table under the lock of the exchange, as statements for the one that follows it.

import type { MigrationSession } from "../../session/session.ts";
import type { MovingNames } from "./moving-names.ts";

// The copy belongs to this session's role; what the old owner had granted to itself goes to that role first, and with the
// table to the owner at the end. Grants are made as the owner makes them: who granted before is not kept.
const belongingsSql = `
WITH live AS (SELECT *, format('%I.%I', 'public', relname) AS name FROM pg_class WHERE oid = $1::regclass),
copy AS (SELECT * FROM pg_class WHERE oid = $2::regclass),
grantees AS (
  SELECT oid, CASE WHEN oid = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(oid)) END AS name
  FROM (SELECT 0::oid AS oid UNION ALL SELECT oid FROM pg_roles) AS roles
),
rights AS (
  SELECT NULL::name AS attname, a.* FROM live, aclexplode(live.relacl) AS a
  UNION ALL
  SELECT t.attname, a.* FROM live JOIN pg_attribute t ON t.attrelid = live.oid AND NOT t.attisdropped,
    aclexplode(t.attacl) AS a
)
SELECT statement FROM (
  SELECT 1 AS place, format('REVOKE ALL ON %s FROM %s', live.name, g.name) AS statement
  FROM live, copy, grantees g
  WHERE g.oid IN (SELECT grantee FROM aclexplode(copy.relacl)) OR (live.relacl IS NOT NULL AND g.oid = copy.relowner)
  UNION ALL
  SELECT 2, format('GRANT %s ON %s TO %s%s',
    string_agg(r.privilege_type || CASE WHEN r.attname IS NULL THEN '' ELSE format(' (%I)', r.attname) END, ', '
      ORDER BY r.attname NULLS FIRST, r.privilege_type),
    live.name, g.name, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM live, copy, rights r
  JOIN grantees g ON true
  WHERE g.oid = CASE WHEN r.grantee = live.relowner THEN copy.relowner ELSE r.grantee END
  GROUP BY live.name, g.name, r.is_grantable
  UNION ALL
  SELECT 3, format('COMMENT ON TABLE %s IS %L', live.name, d.description)
  FROM live JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = live.oid AND d.objsubid = 0
  UNION ALL
  SELECT 3, format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, live.name, d.description)
  FROM live JOIN pg_constraint k ON k.conrelid = live.oid
  JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
  UNION ALL
  SELECT 3, format('COMMENT ON INDEX %I.%I IS %L', 'public', i.relname, d.description)
  FROM live JOIN pg_index x ON x.indrelid = live.oid JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.oid
  UNION ALL
  SELECT 4, format('ALTER TABLE %s REPLICA IDENTITY %s', live.name, CASE live.relreplident WHEN 'f' THEN 'FULL'
    WHEN 'n' THEN 'NOTHING' ELSE (SELECT format('USING INDEX %I', i.relname) FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = live.oid AND x.indisreplident) END)
  FROM live WHERE live.relreplident <> 'd'
  UNION ALL
  SELECT 5, format('ALTER TABLE %s CLUSTER ON %I', live.name, i.relname)
  FROM live JOIN pg_index x ON x.indrelid = live.oid AND x.indisclustered JOIN pg_class i ON i.oid = x.indexrelid
  UNION ALL
  SELECT 6, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', live.name) FROM live WHERE live.relrowsecurity
  UNION ALL
  SELECT 7, format('ALTER PUBLICATION %I ADD TABLE %s%s%s', p.pubname, live.name,
    (SELECT format(' (%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)) FROM pg_attribute a
      WHERE a.attrelid = live.oid AND a.attnum = ANY (pr.prattrs)),
    ' WHERE (' || pg_get_expr(pr.prqual, pr.prrelid) || ')')
  FROM live JOIN pg_publication_rel pr ON pr.prrelid = live.oid JOIN pg_publication p ON p.oid = pr.prpubid
  UNION ALL
  SELECT 8, format('ALTER TABLE %s OWNER TO %I', live.name, pg_get_userbyid(live.relowner))
  FROM live, copy WHERE live.relowner <> copy.relowner
) AS statements ORDER BY place, statement`;

/** Statements that give the table now in schema public what the live table has; to be run after the exchange. */
export async function readBelongings(
  session: MigrationSession,
  { live, copy }: MovingNames,
): Promise<readonly string[]> {
  const rows = await session.query<{ statement: string }>(belongingsSql, [live, copy]);
  return rows.map(({ statement }) => statement);
}
