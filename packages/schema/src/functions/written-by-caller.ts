// Who writes what the database computes: its own functions, which run below a caller's statement and with the owner's
// rights; the owner's own maintenance runs beside them and says so by a setting, which without those rights is worth
// nothing. Depth alone does not tell: anybody may hang a trigger on a temporary table and write from there.

/**
 * SQL condition, for a trigger on `table` (an expression for its oid), that a caller writes rather than the database.
 * `depth` is pg_trigger_depth() in a caller's own statement: 0 in a WHEN clause, 1 in a trigger function. Foreign keys
 * act as the owner too. The owner alone always holds every grant option; this look-up reads no catalogue table.
 */
export const writtenByCaller = (table: string, depth: 0 | 1): string =>
  `((pg_trigger_depth() = ${depth} and coalesce(current_setting('accounting.maintenance', true), '') <> 'on') or not has_table_privilege(${table}, 'TRIGGER WITH GRANT OPTION'))`;

/** PL/pgSQL: from here on the function writes what is computed, as the owner; an error takes it back. */
export const beginMaintenance = "perform set_config('accounting.maintenance', 'on', true);";

/** PL/pgSQL: the end of it. */
export const endMaintenance = "perform set_config('accounting.maintenance', '', true);";
