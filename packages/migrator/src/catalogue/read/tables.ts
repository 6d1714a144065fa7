// Tables and their columns.

import { ownRelation } from "./shared-conditions.ts";

export const tablesSql = `
SELECT 'table' AS class, c.relname::text AS name, jsonb_build_object(
  'kind', CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
  'persistence', CASE c.relpersistence WHEN 'p' THEN 'logged' WHEN 'u' THEN 'unlogged' ELSE 'temporary' END,
  'rowSecurity', CASE WHEN c.relforcerowsecurity THEN 'forced' WHEN c.relrowsecurity THEN 'enabled' ELSE 'off' END,
  'replicaIdentity', c.relreplident::text,
  'options', ARRAY(SELECT option FROM unnest(c.reloptions) AS option ORDER BY option COLLATE "C"),
  'partitionKey', pg_get_partkeydef(c.oid),
  'partitionBound', pg_get_expr(c.relpartbound, c.oid),
  'inherits', ARRAY(SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid ORDER BY inhseqno)
) AS definition
FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'f') AND ${ownRelation("c")}`;

export const columnsSql = `
SELECT 'column', c.relname || '.' || a.attname, jsonb_build_object(
  'type', format_type(a.atttypid, a.atttypmod),
  'notNull', a.attnotnull,
  'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
  'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
  'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
  'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
  'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
  'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
  'compression', nullif(a.attcompression::text, '')
)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f') AND ${ownRelation("c")}`;
