// Enums, domains, ranges, composite types, sequences, and whatever else lies in the schema, by name.

import { ofExtension, ownRelation } from "./shared-conditions.ts";

const ownType = `t.typnamespace = 'public'::regnamespace AND NOT ${ofExtension("pg_type", "t.oid")}`;

export const enumsSql = `
SELECT 'enum', t.typname::text, jsonb_build_object(
  'labels', ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder))
FROM pg_type t WHERE t.typtype = 'e' AND ${ownType}`;

export const domainsSql = `
SELECT 'domain', t.typname::text, jsonb_build_object(
  'type', format_type(t.typbasetype, t.typtypmod),
  'notNull', t.typnotnull,
  'default', t.typdefault,
  'collation', CASE WHEN t.typcollation <> 0 THEN t.typcollation::regcollation::text END,
  'checks', ARRAY(
    SELECT k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k
    WHERE k.contypid = t.oid AND k.contype <> 'n' ORDER BY k.conname))
FROM pg_type t WHERE t.typtype = 'd' AND ${ownType}`;

export const rangesSql = `
SELECT 'range', t.typname::text, jsonb_build_object('subtype', format_type(r.rngsubtype, NULL))
FROM pg_type t JOIN pg_range r ON r.rngtypid = t.oid WHERE t.typtype = 'r' AND ${ownType}`;

export const compositeTypesSql = `
SELECT 'composite_type', c.relname::text, jsonb_build_object(
  'attributes', ARRAY(
    SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum))
FROM pg_class c WHERE c.relkind = 'c' AND ${ownRelation("c")}`;

export const sequencesSql = `
SELECT 'sequence', c.relname::text, jsonb_build_object(
  'type', format_type(s.seqtypid, NULL),
  'start', s.seqstart::text, 'increment', s.seqincrement::text, 'minimum', s.seqmin::text, 'maximum', s.seqmax::text,
  'cache', s.seqcache::text, 'cycle', s.seqcycle,
  'ownedBy', (
    SELECT t.relname || '.' || a.attname FROM pg_depend d
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i') LIMIT 1))
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE ${ownRelation("c")}`;

// Operators, collations, text search objects and the like: not declared by this code, so being there is the drift.
export const othersSql = `
SELECT 'other', o.type || ' ' || o.identity, '{}'::jsonb
FROM pg_depend d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS o
WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace AND d.deptype = 'n'
  AND d.classid NOT IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
                        'pg_statistic_ext'::regclass, 'pg_default_acl'::regclass, 'pg_publication_namespace'::regclass)
  AND NOT EXISTS (
    SELECT FROM pg_depend dep WHERE dep.classid = d.classid AND dep.objid = d.objid AND dep.deptype = 'e')`;
