// A database whose chunks were made and converted by other declarations than today's: the next migrate settles the tables, and rows in the old
// chunks are read, added to and taken back as any others.
import { parseConnection } from "@app/database";
import { createMigrator } from "@app/migrator";
import { beforeEach, expect, it } from "vitest";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase();
const DAY = 86_400;

beforeEach((context) => {
  context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
});

it(
  "is settled by the next migrate, and its fills are accounted as any others",
  { timeout: 120_000 },
  async () => {
    const migrator = createMigrator({ connection: parseConnection(db.database.superuserUrl) });
    await migrator.apply();
    // What fills were declared as at first.
    await db.client.query("select set_chunk_time_interval('trades', interval '1 day')");
    await db.client
      .query(`alter table trades set (timescaledb.segmentby = 'account', timescaledb.orderby = 'symbol asc, executed_at asc',
    timescaledb.sparse_index = 'bloom(order_id)')`);
    const { id } = strategyRow();
    await insertRow(db.client, "strategies", strategyRow({ id }));
    const of = { account: "older", strategy_id: id };
    await insertRows(
      db.client,
      "trades",
      Array.from({ length: 60 }, (_, n) =>
        tradeRow(
          { ...of, symbol: `S${n % 3}`, side: n % 4 < 2 ? "buy" : "sell", price: `${100 + (n % 7)}` },
          Math.floor(n / 12) * DAY + n,
        ),
      ),
    );
    const { rowCount } = await db.client.query("select compress_chunk(c) from show_chunks('trades') c");
    expect(rowCount).toBe(5);

    expect((await migrator.verify()).differences).not.toEqual([]);
    await migrator.apply();
    expect((await migrator.verify()).differences).toEqual([]);

    const placed = await db.rows("select executed_at, symbol from trades order by executed_at desc, id desc");
    expect(placed).toHaveLength(60);
    // A late fill into old columns, a bust among them, and a fill in a chunk of today's length.
    await insertRow(db.client, "trades", tradeRow({ ...of, symbol: "S1", price: "90" }, DAY + 600));
    await db.client.query(
      "update trades set busted_at = executed_at where account = 'older' and symbol = 'S2' and executed_at = (select min(executed_at) from trades where symbol = 'S2')",
    );
    await insertRow(
      db.client,
      "trades",
      tradeRow({ ...of, symbol: "S1", side: "sell", price: "120" }, 40 * DAY),
    );
    await expectConsistentAccounting(db.client);

    // Written anew, the old chunks have the new order, and the same rows.
    const before = await db.rows("select * from trades order by executed_at desc, id desc");
    await db.client.query(
      `do $$ declare chunk regclass;
     begin
       for chunk in select format('%I.%I', chunk_schema, chunk_name)::regclass from timescaledb_information.chunks
         where hypertable_name = 'trades' and range_end <= '${moment(30 * DAY).toString()}'
       loop call convert_to_rowstore(chunk); call convert_to_columnstore(chunk); end loop;
     end $$`,
    );
    expect(await db.rows("select * from trades order by executed_at desc, id desc")).toEqual(before);
    expect(
      await db.rows(
        "select distinct orderby from timescaledb_information.chunk_columnstore_settings where hypertable = 'trades'::regclass",
      ),
    ).toEqual([{ orderby: "executed_at,id" }]);
    await expectConsistentAccounting(db.client);
  },
);
