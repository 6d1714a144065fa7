// Constraints (not-null ones belong to their column) and indexes, each as the server would print it.

import { ownRelation } from "./shared-conditions.ts";

export const constraintsSql = `
SELECT 'constraint', c.relname || '.' || k.conname, jsonb_build_object(
  'definition', pg_get_constraintdef(k.oid),
  'validated', k.convalidated,
  'enforced', k.conenforced,
  'deferrable', k.condeferrable,
  'initiallyDeferred', k.condeferred,
  'triggers', CASE WHEN EXISTS (
    SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgisinternal AND t.tgenabled <> 'O') THEN 'off' END
)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype NOT IN ('n', 't') AND k.conparentid = 0 AND ${ownRelation("c")}`;

export const indexesSql = `
SELECT 'index', i.relname::text, jsonb_build_object(
  'table', c.relname::text,
  'definition', pg_get_indexdef(x.indexrelid),
  'valid', x.indisvalid AND x.indisready,
  'clustered', x.indisclustered,
  'replicaIdentity', x.indisreplident,
  'constraint', (
    SELECT k.conname::text FROM pg_constraint k
    WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x') LIMIT 1)
)
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
WHERE c.relkind IN ('r', 'p', 'm') AND ${ownRelation("c")}`;

export const statisticsSql = `
SELECT 'statistics', s.stxname::text, jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid))
FROM pg_statistic_ext s
JOIN pg_class c ON c.oid = s.stxrelid
WHERE s.stxnamespace = 'public'::regnamespace AND ${ownRelation("c")}`;
