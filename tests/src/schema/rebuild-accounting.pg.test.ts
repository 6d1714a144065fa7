// What is written while a trigger on trades is off: accounted by the next fill where that comes to it, and otherwise by the
// owner's rebuild, which verify names.
import { parseConnection } from "@app/database";
import { createMigrator } from "@app/migrator";
import { afterEach, describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { ageRecords } from "../fixtures/aged-records.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase();

let serial = 0;

async function newStrategy(): Promise<string> {
  const strategy = strategyRow();
  await insertRow(db.client, "strategies", strategy);
  return strategy.id;
}

const triggers = ["b_guard", "c_account_new", "d_roll_up", "e_account_changed", "g_note_purged"];
const set = async (state: "enable" | "disable", names: readonly string[]): Promise<void> => {
  for (const name of names) await db.client.query(`alter table trades ${state} trigger ${name}`);
};
afterEach(() => set("enable", triggers));

/** Does something while triggers are off. */
async function without(names: readonly string[], work: () => Promise<unknown>): Promise<void> {
  await set("disable", names);
  await work();
  await set("enable", names);
}

const fill = (account: string, strategy: string | null, seconds: number, overrides: Row = {}) =>
  tradeRow(
    {
      account,
      strategy_id: strategy,
      side: seconds % 3 === 0 ? "sell" : "buy",
      price: String(90 + ((seconds * 7) % 20)),
      ...overrides,
    },
    seconds,
  );

const insert = (...rows: Row[]) => insertRows(db.client, "trades", rows);
const rebuild = () => db.rows("select rebuild_accounting()::int as positions");

describe("fills recorded while the accounting is off", () => {
  it("are accounted with the next fill, where they are after the last or right before it", async () => {
    const account = `off ${(serial += 1)}`;
    const strategy = await newStrategy();
    await insert(fill(account, strategy, 1), fill(account, strategy, 20));
    await without(["c_account_new"], () =>
      insert(fill(account, strategy, 5), fill(account, strategy, 6), fill(account, strategy, 30)),
    );
    await insert(fill(account, strategy, 40));
    await insert(fill(account, strategy, 7));
    expect(
      await db.rows("select from trades where account = $1 and realized_pnl is null", [account]),
    ).toEqual([]);
    await expectConsistentAccounting(db.client);
  });

  it("and never met by another are accounted by the rebuild, like all else that was missed", async () => {
    const accounts = [1, 2, 3].map(() => `off ${(serial += 1)}`);
    const strategy = await newStrategy();
    const rows = accounts.flatMap((account, index) =>
      [2, 4, 6, 9].map((second) =>
        fill(account, index === 2 ? null : strategy, second * 40_000, { fee: "0.1" }),
      ),
    );
    await insert(...rows);
    await without(["c_account_new"], () =>
      insert(
        ...accounts.flatMap((account, index) => [
          fill(account, index === 2 ? null : strategy, 1),
          fill(account, index === 2 ? null : strategy, 200_003),
        ]),
      ),
    );
    await without(["d_roll_up"], () => insert(fill(accounts[0] ?? "", strategy, 500_000)));
    await without(["e_account_changed"], () =>
      db.client.query("update trades set busted_at = executed_at where id = $1", [rows[1]?.["id"]]),
    );
    await without(["b_guard"], () =>
      db.client.query(
        "update trades set realized_pnl = 77, position_quantity = 3 where account = $1 and realized_pnl is not null",
        [accounts[1]],
      ),
    );
    await without(["b_guard", "d_roll_up"], () =>
      db.client.query(
        "update trades set realized_pnl = -5 where account = $1 and realized_pnl is not null and executed_at > $2",
        [accounts[1], moment(100_000).toString()],
      ),
    );
    const [{ positions } = { positions: 0 }] = await rebuild();
    expect(positions).toBeGreaterThanOrEqual(3);
    await expectConsistentAccounting(db.client);
    // Again it changes nothing, and what comes after goes on from there.
    const state = () => db.rows("select * from trades where account = any($1) order by id", [accounts]);
    const before = await state();
    await rebuild();
    expect(await state()).toEqual(before);
    await insert(fill(accounts[0] ?? "", strategy, 100), fill(accounts[1] ?? "", strategy, 600_000));
    await expectConsistentAccounting(db.client);
  });
});

describe("the rebuild", () => {
  it("is the owner's alone, and named by verify for any trigger on trades that is not as declared", async () => {
    expect(
      await db.rows(
        `select proname from pg_proc where proname in ('rebuild_accounting', 'note_purged_fills')
         and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)`,
      ),
    ).toEqual([]);
    expect(await refusedBy(db.client.query("update positions set quantity = 1"))).toBe("positions_computed");
    await set("disable", ["c_account_new"]);
    const migrator = createMigrator({ connection: parseConnection(db.database.url) });
    const { differences } = await migrator.verify();
    expect(differences).toMatchObject([{ class: "trigger", name: "trades.c_account_new" }]);
    expect(differences[0]?.mend).toMatch(/; then SELECT rebuild_accounting\(\)$/);
  });
});

// Last in this file: what is left of these positions cannot be judged by their fills any more.
describe("a rebuild of positions that fills have left", () => {
  it("goes on from the first fill after the mark, and leaves what it cannot account", async () => {
    const account = `off ${(serial += 1)}`;
    const at = (text: string) => moment(0).until(Temporal.Instant.from(text)).total("seconds");
    const day = (text: string, overrides: Row = {}) =>
      fill(account, null, at(`${text}T00:00:00Z`), { side: "buy", price: "100", ...overrides });
    await insert(day("2015-01-01"), day("2025-01-01"), day("2025-03-01"));
    await ageRecords(db.client, "trades");
    await db.client.query("delete from trades where account = $1 and executed_at < '2016-01-01'", [account]);
    await without(["c_account_new"], () =>
      insert(day("2024-01-01"), day("2025-02-01", { side: "sell", price: "130" })),
    );
    await rebuild();
    expect(
      await db.rows(
        "select realized_pnl::float as pnl, position_quantity as held from trades where account = $1 order by executed_at",
        [account],
      ),
    ).toEqual([
      { pnl: null, held: null },
      { pnl: 0, held: "2" },
      { pnl: 30, held: "1" },
      { pnl: 0, held: "2" },
    ]);
    expect(
      await db.rows(
        "select quantity, realized_pnl::float as pnl, fill_count::int from positions where account = $1",
        [account],
      ),
    ).toEqual([{ quantity: "2", pnl: 30, fill_count: 4 }]);
  });
});
