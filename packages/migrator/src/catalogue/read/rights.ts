// Who may do more than the code means to allow, and what works on tables from outside: listed only where it is so, as
// objects of their own, each with the statement that takes it away. Grants to named roles are the site's affair.
// A provider's own (extensions, event triggers of other schemas and other owners) is none of ours.

import { ownRoutine, routineSignature } from "./routines.ts";
import { ofExtension, ownRelation } from "./shared-conditions.ts";

// Writing, and what leads to writing: a trigger or a foreign key on somebody's table.
const mayRead = "('SELECT')";

export const grantsSql = `
SELECT 'grant', format('%s ON %s TO PUBLIC', g.privilege_type, c.relname), jsonb_build_object(
  'of', c.relname::text, 'undo', format('REVOKE %s ON %I FROM PUBLIC', g.privilege_type, c.relname))
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS g
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND g.grantee = 0 AND g.privilege_type NOT IN ${mayRead} AND ${ownRelation("c")}
UNION ALL
SELECT 'grant', format('%s (%s) ON %s TO PUBLIC', g.privilege_type, a.attname, c.relname), jsonb_build_object(
  'of', c.relname::text, 'undo', format('REVOKE %s (%I) ON %I FROM PUBLIC', g.privilege_type, a.attname, c.relname))
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
CROSS JOIN LATERAL aclexplode(a.attacl) AS g
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND g.grantee = 0 AND g.privilege_type NOT IN ${mayRead} AND ${ownRelation("c")}
UNION ALL
SELECT 'grant', format('EXECUTE ON %s TO PUBLIC', ${routineSignature}), jsonb_build_object(
  'of', ${routineSignature}, 'undo', format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', p.oid::regprocedure))
FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g
WHERE p.prosecdef AND g.grantee = 0 AND ${ownRoutine}
UNION ALL
SELECT 'grant', 'CREATE ON SCHEMA public TO PUBLIC', jsonb_build_object('undo', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC')
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS g
WHERE n.nspname = 'public' AND g.grantee = 0 AND g.privilege_type = 'CREATE'`;

// The role that owns most. Which one that is differs from site to site; that it is one for all does not. The queries
// below read it as `common_owner`, so that it is looked for once.
export const commonOwnerSql = `
  SELECT mode() WITHIN GROUP (ORDER BY o.owner) AS owner FROM (
    SELECT c.relowner AS owner FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND ${ownRelation("c")}
    UNION ALL SELECT p.proowner FROM pg_proc p WHERE ${ownRoutine}
    UNION ALL SELECT t.typowner FROM pg_type t
    WHERE t.typtype IN ('e', 'd') AND t.typnamespace = 'public'::regnamespace AND NOT ${ofExtension("pg_type", "t.oid")}
  ) AS o`;

export const ownersSql = `
SELECT 'owner', format('%s of table %s, where the rest belongs to %s', pg_get_userbyid(c.relowner), c.relname, pg_get_userbyid(r.owner)),
  jsonb_build_object('of', c.relname::text, 'undo', format('ALTER TABLE %I OWNER TO %I', c.relname, pg_get_userbyid(r.owner)))
FROM pg_class c CROSS JOIN common_owner r
WHERE c.relkind IN ('r', 'p', 'f') AND c.relowner <> r.owner AND ${ownRelation("c")}
UNION ALL
SELECT 'owner', format('%s of function %s, where the rest belongs to %s', pg_get_userbyid(p.proowner), ${routineSignature}, pg_get_userbyid(r.owner)),
  jsonb_build_object('of', ${routineSignature}, 'undo', format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, pg_get_userbyid(r.owner)))
FROM pg_proc p CROSS JOIN common_owner r
WHERE p.prokind <> 'a' AND p.proowner <> r.owner AND ${ownRoutine}`;

// Rows of a table that inherits appear in its parent, past every constraint and trigger. One in public is an undeclared
// table already; partitions, and the chunks of TimescaleDB, are their parent's own.
export const inheritanceSql = `
SELECT 'inheritance', format('of %s from %s', i.inhrelid::regclass, c.relname), jsonb_build_object(
  'of', c.relname::text, 'undo', format('ALTER TABLE %s NO INHERIT %I', i.inhrelid::regclass, c.relname))
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhparent
JOIN pg_class h ON h.oid = i.inhrelid
JOIN pg_namespace n ON n.oid = h.relnamespace
WHERE c.relkind = 'r' AND NOT h.relispartition AND n.nspname NOT IN ('public', '_timescaledb_internal')
  AND NOT ${ofExtension("pg_class", "h.oid")} AND ${ownRelation("c")}`;

export const eventTriggersSql = `
SELECT 'event_trigger', e.evtname::text, jsonb_build_object(
  'event', e.evtevent::text, 'function', e.evtfoid::regprocedure::text, 'undo', format('DROP EVENT TRIGGER %I', e.evtname))
FROM pg_event_trigger e
JOIN pg_proc p ON p.oid = e.evtfoid
WHERE (p.pronamespace = 'public'::regnamespace OR e.evtowner = (SELECT owner FROM common_owner))
  AND NOT ${ofExtension("pg_event_trigger", "e.oid")} AND NOT ${ofExtension("pg_proc", "p.oid")}`;
