// What a late fill costs: the fills of its position after it are accounted anew, and nothing else is looked at.
import { describe, expect, it } from "vitest";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase();

const day = 86_400;

/** What this transaction has done so far, over all tables whose name matches. */
const work = async (tables: string) =>
  db.rows(
    `select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::int as scans, coalesce(sum(n_tup_upd), 0)::int as updates
     from pg_stat_xact_user_tables where relname ~ $1`,
    [tables],
  );

describe("a late fill", () => {
  it("finds the fills after it in one go, among those of other positions", async () => {
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    const fills = (account: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        tradeRow(
          {
            account,
            strategy_id: strategy.id,
            side: index % 3 === 2 ? "sell" : "buy",
            price: `${100 + (index % 7)}`,
          },
          100 + index,
        ),
      );
    for (const account of ["late", "other 1", "other 2"]) {
      await insertRows(db.client, "trades", fills(account, 1500));
    }
    await db.client.query("analyze trades");
    // What earlier transactions did and have not reported yet would be counted too.
    await db.client.query("select pg_stat_force_next_flush()");
    await db.client.query("begin");
    await insertRow(db.client, "trades", tradeRow({ account: "late", strategy_id: strategy.id }, 50));
    const [{ scans }] = (await work(".")) as [{ scans: number }];
    await db.client.query("commit");
    expect(scans).toBeLessThan(200);
    await expectConsistentAccounting(db.client);
  });

  it("leaves the sums of days alone whose P&L it does not change", async () => {
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    const buy = (days: number) => tradeRow({ account: "buys", strategy_id: strategy.id }, days * day);
    await insertRows(db.client, "trades", [buy(1), buy(2), buy(3)]);
    // What earlier transactions did and have not reported yet would be counted too.
    await db.client.query("select pg_stat_force_next_flush()");
    await db.client.query("begin");
    await insertRow(db.client, "trades", buy(1.5));
    expect(await work("^strategy_daily_performance$")).toMatchObject([{ updates: 1 }]);
    await db.client.query("commit");
    await expectConsistentAccounting(db.client);
  });
});
