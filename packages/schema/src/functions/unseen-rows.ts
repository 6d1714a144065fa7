// Unseen rows: the first insert into a chunk whose rows are all in columns notes only at its end that there are rows beside
// them, so a query of an AFTER trigger does not see what was just inserted (TimescaleDB 2.29.2, seen). An insert that ends
// inside of the trigger makes the note: the same row again, which conflicts with itself and is left out.
import type { PgTable } from "drizzle-orm/pg-core";
import { getTableConfig } from "drizzle-orm/pg-core";
import { storedColumns } from "../triggers/immutable-columns.ts";

/**
 * PL/pgSQL of an AFTER INSERT statement trigger: makes what the statement inserted visible to the queries after it. `newRows` is
 * the transition table; the function declares `unseen record` and `looked_up bigint`. One row of each hour is looked up, as no chunk is shorter.
 */
export function showNewRows(table: PgTable, timeColumn: string, newRows: string): string {
  const { name } = getTableConfig(table);
  const columns = storedColumns(table, []).join(", ");
  return /* sql */ `
  if (select relhassubclass from pg_class where oid = '${name}'::regclass) then
    for unseen in
      select distinct on (date_bin('1 hour', ${timeColumn}, '2001-01-01 00:00:00+00')) id, ${timeColumn} as moment from ${newRows}
    loop
      -- As text: planned for its one chunk each time, where a plan that is kept would carry every one.
      execute 'select from ${name} where id = $1 and ${timeColumn} = $2' using unseen.id, unseen.moment;
      get diagnostics looked_up = row_count;
      continue when looked_up > 0;
      insert into ${name} (${columns})
      select ${columns} from ${newRows} where id = unseen.id and ${timeColumn} = unseen.moment
      on conflict do nothing;
    end loop;
  end if;`.trim();
}
