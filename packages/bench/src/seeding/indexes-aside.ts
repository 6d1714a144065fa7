// Indexes of the tables that get most rows, taken away before those and made again behind them: sorting once costs a third of growing
// each by row. Those that keep something unique stay. What is made again is what was there, by the server's own definition of it.
// Invariant: the definitions are kept by the transaction that removes the indexes, so a killed seeding finds them again.
import type { SeedStep } from "./seed-step.ts";

/** Tables of the days of trading that have many rows. */
const TABLES = ["order_events", "trades", "orders"] as const;

/** Removes them. */
export const putIndexesAside: SeedStep = {
  name: "indexes aside",
  weight: 100,
  mode: "transaction",
  async run(connection) {
    await connection.query(
      `create table bench.indexes_aside as
       select c.relname::text as name, t.relname::text as table_name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
       where t.relnamespace = 'public'::regnamespace and t.relname = any ($1) and not i.indisunique`,
      [[...TABLES]],
    );
    await connection.query(`do $$
declare dropped text;
begin
  for dropped in select name from bench.indexes_aside loop execute format('drop index public.%I', dropped); end loop;
end $$`);
    return {};
  },
};

/** Makes them again, one step for each table. */
export const makeIndexesAgain: readonly SeedStep[] = TABLES.map((table) => ({
  name: `indexes of ${table}`,
  weight: 200_000,
  mode: "transaction",
  async run(connection) {
    const { rows } = await connection.query<{ readonly definition: string }>(
      "select definition from bench.indexes_aside where table_name = $1 order by name",
      [table],
    );
    await connection.query("set local maintenance_work_mem = '256MB'");
    for (const { definition } of rows) await connection.query(definition);
    return {};
  },
}));
