// Chunks of a table that are old enough by its declaration go into columns, as the server's job would have put them there by now.
// SQL for the community edition; its invariant is the job's: the oldest first, since a chunk may be joined to the one before it.
import { timeSeries } from "@app/schema";

/** Tables whose old chunks go into columns, in the order of their declaration. */
export const tablesInColumns: readonly string[] = timeSeries.hypertables
  .filter(({ columnstore }) => columnstore !== undefined)
  .map(({ table }) => table);

/** @returns SQL, one transaction. @throws {RangeError} of a table that stays in rows */
export function convertOldChunks(table: string): string {
  const after = timeSeries.hypertables.find((declared) => declared.table === table)?.columnstore?.after;
  if (after === undefined) throw new RangeError(`The table ${table} stays in rows.`);
  return /* sql */ `
do $$
declare chunk regclass;
begin
  for chunk in select format('%I.%I', chunk_schema, chunk_name)::regclass from timescaledb_information.chunks
    where hypertable_name = '${table}' and range_end < now() - interval '${after}' and not is_compressed order by range_start
  loop
    -- One that was joined to the chunk before it is gone.
    if exists (select from pg_class where oid = chunk) then call convert_to_columnstore(chunk); end if;
  end loop;
end $$`;
}
