// Views, materialised views, rewrite rules, triggers and row policies.

import { ownRelation } from "./shared-conditions.ts";

export const viewsSql = `
SELECT CASE c.relkind WHEN 'm' THEN 'materialized_view' ELSE 'view' END, c.relname::text, jsonb_build_object(
  'definition', pg_get_viewdef(c.oid),
  'columns', ARRAY(
    SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
  'options', ARRAY(SELECT option FROM unnest(c.reloptions) AS option ORDER BY option COLLATE "C"),
  'populated', CASE WHEN NOT c.relispopulated THEN false END
)
FROM pg_class c
WHERE c.relkind IN ('v', 'm') AND ${ownRelation("c")}`;

export const rulesSql = `
SELECT 'rule', c.relname || '.' || r.rulename, jsonb_build_object(
  'definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled::text)
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN' AND ${ownRelation("c")}`;

export const triggersSql = `
SELECT 'trigger', c.relname || '.' || t.tgname, jsonb_build_object(
  'definition', pg_get_triggerdef(t.oid),
  'enabled', CASE t.tgenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'A' THEN 'always' ELSE 'on replica' END)
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${ownRelation("c")}
  -- Those of a move under way (time-series/move) log changes for the copy and go with it.
  AND NOT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = t.tgfoid AND n.nspname = 'migrating')`;

export const policiesSql = `
SELECT 'policy', c.relname || '.' || p.polname, jsonb_build_object(
  'command', p.polcmd::text,
  'permissive', p.polpermissive,
  'roles', ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END FROM unnest(p.polroles) AS r ORDER BY 1),
  'using', pg_get_expr(p.polqual, p.polrelid),
  'check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
WHERE ${ownRelation("c")}`;
