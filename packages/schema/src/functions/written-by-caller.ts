// Who writes what the database computes: its own functions, which run below a caller's statement and with the owner's
// rights. Depth alone does not tell: anybody may hang a trigger on a temporary table and write from there.

/**
 * SQL condition, for a trigger on `table` (an expression for its oid), that a caller writes rather than the database.
 * `depth` is pg_trigger_depth() in a caller's own statement: 0 in a WHEN clause, 1 in a trigger function. Foreign keys
 * act as the owner too. The owner alone always holds every grant option; this look-up reads no catalogue table.
 */
export const writtenByCaller = (table: string, depth: 0 | 1): string =>
  `(pg_trigger_depth() = ${depth} or not has_table_privilege(${table}, 'TRIGGER WITH GRANT OPTION'))`;
