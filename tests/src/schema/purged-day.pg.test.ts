// A day of which some fills have left after their years: its greatest win and loss are still known, and a bust of what is
// left makes neither less than that nor more.
import { expect, it } from "vitest";
import { ageRecords } from "../fixtures/aged-records.ts";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();

const nineYears = 9 * 365 * 86_400;
const opening = 1_000;
const cost = 100;

/** On one old day, in two instruments: of wins 30, 10 and 50, of losses 25, 5 and 60, a minute apart. */
async function tradedDay(account: string): Promise<{ readonly id: string }> {
  const strategy = strategyRow();
  await insertRow(db.client, "strategies", strategy);
  const fills = (symbol: string, results: readonly number[]) => [
    tradeRow(
      { account, symbol, strategy_id: strategy.id, quantity: `${opening}`, price: `${cost}` },
      -nineYears,
    ),
    ...results.map((result, index) =>
      tradeRow(
        { account, symbol, strategy_id: strategy.id, side: "sell", price: `${cost + result}` },
        -nineYears + (index + 1) * 60,
      ),
    ),
  ];
  await insertRows(db.client, "trades", [...fills("WINS", [30, 10, 50]), ...fills("LOSSES", [-25, -5, -60])]);
  await ageRecords(db.client, "trades");
  return strategy;
}

const extremes = (strategyId: string) =>
  db.rows(
    "select largest_win::int as win, largest_loss::int as loss, trade_count::int as fills from strategy_daily_performance where strategy_id = $1",
    [strategyId],
  );
const before = moment(-nineYears + 61).toString();
const bustExtremes = (account: string) =>
  db.rows("update trades set busted_at = executed_at where account = $1 and price in ($2, $3)", [
    account,
    cost + 50,
    cost - 60,
  ]);

it("a bust of the greatest leaves the greatest of those that have left row by row", async () => {
  const { id } = await tradedDay("by rows");
  expect(await extremes(id)).toEqual([{ win: 50, loss: 60, fills: 8 }]);
  await db.rows("delete from trades where account = 'by rows' and executed_at < $1", [before]);
  expect(await extremes(id)).toEqual([{ win: 50, loss: 60, fills: 8 }]);
  await bustExtremes("by rows");
  expect(await extremes(id)).toEqual([{ win: 30, loss: 25, fills: 6 }]);
});

it("a bust of the greatest leaves the greatest of those that the owner noted before dropping them", async () => {
  const { id } = await tradedDay("by chunk");
  await db.rows("select note_purged_fills($1)", [before]);
  const superuser = db.client;
  await superuser.query("alter table trades disable trigger user");
  await superuser.query("delete from trades where account = 'by chunk' and executed_at < $1", [before]);
  await superuser.query("alter table trades enable trigger user");
  await bustExtremes("by chunk");
  expect(await extremes(id)).toEqual([{ win: 30, loss: 25, fills: 6 }]);
});

it("a bust of all that is left of a side leaves what has left, and a whole day without fills nothing", async () => {
  const { id } = await tradedDay("all busted");
  await db.rows("delete from trades where account = 'all busted' and executed_at < $1", [before]);
  await db.rows(
    "update trades set busted_at = executed_at where account = 'all busted' and executed_at > $1 and price <> $2 and price <> $3",
    [before, cost + 10, cost - 5],
  );
  expect(await extremes(id)).toEqual([{ win: 30, loss: 25, fills: 6 }]);
  const whole = await tradedDay("whole");
  await bustExtremes("whole");
  expect(await extremes(whole.id)).toEqual([{ win: 30, loss: 25, fills: 6 }]);
  await db.rows("update trades set busted_at = executed_at where account = 'whole' and side = 'sell'");
  expect(await extremes(whole.id)).toEqual([{ win: 0, loss: 0, fills: 2 }]);
});
