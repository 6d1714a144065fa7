// Equity curves written by several sessions at once, in any isolation level, and by snapshots that come late: the
// peaks stay those of a scan over the whole curve, and portfolio_curves says how each curve ends.
import { describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { moment, snapshotRow, strategyRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase(4);

/** Fails unless every peak is the highest equity up to its snapshot, and every curve's row says how it ends. */
async function expectExactCurves(): Promise<void> {
  expect(
    await db.rows(
      `select id, peak_equity, highest from (
         select *, max(equity) over (partition by account, strategy_id, currency order by taken_at, id) as highest
         from portfolio_snapshots) s
       where peak_equity is distinct from highest`,
    ),
  ).toEqual([]);
  expect(
    await db.rows(
      "select account, strategy_id, currency, peak_equity, last_taken_at, last_snapshot_id from portfolio_curves order by 1, 2, 3",
    ),
  ).toEqual(
    await db.rows(
      `select account, strategy_id, currency, max(equity) as peak_equity, max(taken_at) as last_taken_at,
         (array_agg(id order by taken_at desc, id desc))[1] as last_snapshot_id
       from portfolio_snapshots group by account, strategy_id, currency order by 1, 2, 3`,
    ),
  );
}

describe("an equity curve", () => {
  it("is exact when four sessions extend it at once, early and late snapshots mixed", async () => {
    expect.hasAssertions();
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    await Promise.all(
      db.clients.map(async (client, lane) => {
        for (let step = 0; step < 30; step += 1) {
          const equity = String(100 + ((step * 37 + lane * 11) % 90));
          const seconds = ((step * 7 + lane) % 30) * 50_000;
          const own = step % 3 === 0 ? null : strategy.id;
          await insertRows(client, "portfolio_snapshots", [
            snapshotRow({ account: "crowd", strategy_id: own, equity }, seconds),
            snapshotRow({ account: "crowd", strategy_id: own, equity: "100" }, seconds + 1),
          ]);
        }
      }),
    );
    await expectExactCurves();
  });

  it.each(["repeatable read", "serializable"])(
    "at %s, is not extended by a session that does not see its last snapshot: that one is told to try again",
    async (level) => {
      const [fresh, stale] = db.clients;
      if (fresh === undefined || stale === undefined) throw new Error("This file opens four connections.");
      for (const [first, second] of [
        [1, 2],
        [2, 1],
      ]) {
        const account = `${level} ${first}`;
        const extend = async (): Promise<void> => {
          await stale.query(`begin isolation level ${level}`);
          await stale.query("select from portfolio_snapshots");
        };
        await extend();
        await insertRow(fresh, "portfolio_snapshots", snapshotRow({ account, equity: "200" }, first));
        const row = snapshotRow({ account, equity: "100" }, second);
        expect(await refusedBy(insertRow(stale, "portfolio_snapshots", row))).toBe("40001");
        await stale.query("rollback");
        await extend();
        await insertRow(stale, "portfolio_snapshots", row);
        await stale.query("commit");
      }
      await expectExactCurves();
    },
  );

  it("takes a batch that is late in one curve and new in another", async () => {
    expect.hasAssertions();
    await insertRow(db.client, "portfolio_snapshots", snapshotRow({ account: "batch", equity: "50" }, 100));
    await insertRows(db.client, "portfolio_snapshots", [
      snapshotRow({ account: "batch", equity: "70" }, 50),
      snapshotRow({ account: "batch", equity: "60" }, 150),
      snapshotRow({ account: "batch", currency: "EUR", equity: "5" }, 50),
      snapshotRow({ account: "batch", equity: "10" }, 40),
    ]);
    await expectExactCurves();
  });

  it("is undone with its transaction", async () => {
    expect.hasAssertions();
    await insertRow(db.client, "portfolio_snapshots", snapshotRow({ account: "undone", equity: "50" }, 1));
    await db.client.query("begin");
    await insertRow(db.client, "portfolio_snapshots", snapshotRow({ account: "undone", equity: "500" }, 0));
    await db.client.query("rollback");
    await expectExactCurves();
  });

  it("keeps the peak of snapshots that have left the database", async () => {
    const at = (year: number): number =>
      moment(0)
        .until(Temporal.Instant.from(`${year}-01-01T00:00:00Z`))
        .total("seconds");
    const add = (equity: string, year: number): Promise<void> =>
      insertRow(db.client, "portfolio_snapshots", snapshotRow({ account: "old", equity }, at(year)));
    await add("500", 2015);
    await add("300", 2025);
    await db.client.query("delete from portfolio_snapshots where account = 'old' and equity = 500");
    await add("200", 2026);
    await add("100", 2024);
    const peaks = await db.rows(
      "select equity::int, peak_equity::int as peak from portfolio_snapshots where account = 'old' order by taken_at",
    );
    expect(peaks.slice(1)).toEqual([
      { equity: 300, peak: 500 },
      { equity: 200, peak: 500 },
    ]);
  });

  it("goes with its strategy, and is written by nobody else", async () => {
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    await insertRow(db.client, "portfolio_snapshots", snapshotRow({ strategy_id: strategy.id }));
    for (const statement of [
      "update portfolio_curves set peak_equity = 1",
      "delete from portfolio_curves",
      "truncate portfolio_curves",
      "insert into portfolio_curves (account, currency) values ('a', 'USD')",
    ]) {
      expect(await refusedBy(db.client.query(statement)), statement).toBe("portfolio_curves_computed");
    }
    await db.client.query("delete from strategies where id = $1", [strategy.id]);
    expect(await db.rows("select from portfolio_curves where strategy_id = $1", [strategy.id])).toEqual([]);
  });
});
