// Functions, procedures and aggregates. A body is kept as its hash: the file stays readable, and which text it was
// is in version control.

import { ofExtension } from "./shared-conditions.ts";

/** The name of a routine in the catalogue; its `pg_proc` row is `p`. */
export const routineSignature = "p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'";
// A range type's constructors are the type's own.
const ofType = `EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`;
/** True for routines of schema public that are the application's; the `pg_proc` row is `p`. */
export const ownRoutine = `p.pronamespace = 'public'::regnamespace AND NOT ${ofExtension("pg_proc", "p.oid")} AND NOT ${ofType}`;

export const functionsSql = `
SELECT 'function', ${routineSignature}, jsonb_build_object(
  'kind', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function' ELSE 'function' END,
  'arguments', pg_get_function_arguments(p.oid),
  'result', pg_get_function_result(p.oid),
  'language', l.lanname::text,
  'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
  'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
  'strict', p.proisstrict,
  'leakproof', p.proleakproof,
  'security', CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END,
  'cost', p.procost,
  'rows', p.prorows,
  'support', nullif(p.prosupport::text, '-'),
  'config', ARRAY(SELECT setting FROM unnest(p.proconfig) AS setting ORDER BY setting COLLATE "C"),
  'body', encode(sha256(convert_to(replace(
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc, '') || coalesce(p.probin, ''), E'\\r\\n', E'\\n'), 'UTF8')), 'hex')
)
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind <> 'a' AND ${ownRoutine}`;

export const aggregatesSql = `
SELECT 'aggregate', ${routineSignature}, jsonb_build_object(
  'result', pg_get_function_result(p.oid),
  'transition', g.aggtransfn::regprocedure::text,
  'state', format_type(g.aggtranstype, NULL),
  'final', nullif(g.aggfinalfn::oid, 0)::regprocedure::text,
  'finalModify', g.aggfinalmodify::text,
  'combine', nullif(g.aggcombinefn::oid, 0)::regprocedure::text,
  'serialize', nullif(g.aggserialfn::oid, 0)::regprocedure::text,
  'deserialize', nullif(g.aggdeserialfn::oid, 0)::regprocedure::text,
  'movingTransition', nullif(g.aggmtransfn::oid, 0)::regprocedure::text,
  'movingInverse', nullif(g.aggminvtransfn::oid, 0)::regprocedure::text,
  'movingFinal', nullif(g.aggmfinalfn::oid, 0)::regprocedure::text,
  'initial', g.agginitval,
  'kind', g.aggkind::text,
  'parallel', p.proparallel::text,
  'sortOperator', nullif(g.aggsortop, 0)::regoperator::text
)
FROM pg_proc p
JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE ${ownRoutine}`;
