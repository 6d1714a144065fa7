// What a recorded fill refuses: changes, computed columns given by hand, amounts that do not fit, other
// currencies; and what becomes of fills whose strategy is deleted.
import { describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, orderRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const database = useDatabase();
const query = database.rows;

let serial = 0;
const ownAccount = (): string => `guards ${(serial += 1)}`;

describe("a recorded fill", () => {
  it.each([
    "id = uuidv7()",
    "executed_at = executed_at + interval '1 second'",
    "account = 'other'",
    "symbol = 'other'",
    "side = 'sell'",
    "quantity = 2",
    "price = 2",
    "contract_multiplier = 2",
    "fee = 2",
    "settlement_currency = 'EUR'",
    "exchange_trade_id = 'other'",
    "recorded_at = now()",
    "source = 'other'",
  ])("cannot be changed: %s", async (change) => {
    const fill = tradeRow({ account: ownAccount() });
    await insertRow(database.client, "trades", fill);
    expect(await refusedBy(query(`update trades set ${change} where id = $1`, [fill.id]))).toBe(
      "trades_immutable",
    );
  });

  it("is busted once and for all", async () => {
    const fill = tradeRow({ account: ownAccount() });
    await insertRow(database.client, "trades", fill);
    await query("update trades set busted_at = executed_at, bust_reason = 'erroneous' where id = $1", [
      fill.id,
    ]);
    expect(await refusedBy(query("update trades set busted_at = null where id = $1", [fill.id]))).toBe(
      "trades_bust_is_final",
    );
  });

  it("keeps the reason of its bust and its payload once they are there", async () => {
    const fill = tradeRow({ account: ownAccount() });
    await insertRow(database.client, "trades", fill);
    const change = (what: string) => query(`update trades set ${what} where id = $1`, [fill.id]);
    await change("busted_at = executed_at");
    await change(`bust_reason = 'erroneous', raw_payload = '{"px": 1}'`);
    await change(`bust_reason = 'erroneous', raw_payload = '{"px": 1}'`);
    expect(await refusedBy(change("bust_reason = 'another'"))).toBe("trades_bust_is_final");
    expect(await refusedBy(change("bust_reason = null"))).toBe("trades_bust_is_final");
    expect(await refusedBy(change("raw_payload = '{}'"))).toBe("trades_immutable");
    expect(await refusedBy(change("raw_payload = null"))).toBe("trades_immutable");
  });

  it("leaves an audit record of what becomes known about it later, not of what is computed", async () => {
    const account = ownAccount();
    const fill = tradeRow({ account });
    await insertRows(database.client, "trades", [fill, tradeRow({ account }, 21)]);
    await query("select set_config('app.actor', 'bob', false)");
    await query("update trades set busted_at = executed_at, bust_reason = 'erroneous' where id = $1", [
      fill.id,
    ]);
    await query("select set_config('app.actor', '', false)");
    await query(`update trades set raw_payload = '{"px": 1}', retain_until = '2040-01-01' where id = $1`, [
      fill.id,
    ]);
    await query("update trades set retain_until = '2040-01-01' where id = $1", [fill.id]);
    expect(
      await query(
        `select action, on_behalf_of, before, after from audit_log
         where entity_type = 'trades' and entity_id = $1 order by occurred_at`,
        [fill.id],
      ),
    ).toEqual([
      {
        action: "update",
        on_behalf_of: "bob",
        before: { busted_at: null, bust_reason: null },
        after: { busted_at: "2026-03-02T09:00:20+00:00", bust_reason: "erroneous" },
      },
      {
        action: "update",
        on_behalf_of: null,
        before: { raw_payload: null, retain_until: null },
        after: { raw_payload: { px: 1 }, retain_until: "2040-01-01" },
      },
    ]);
  });

  it("has its P&L and position from the accounting alone", async () => {
    expect(
      await refusedBy(
        insertRow(
          database.client,
          "trades",
          tradeRow({ realized_pnl: "5", position_quantity: "1", position_cost_basis: "1" }),
        ),
      ),
    ).toBe("trades_accounting_computed");
    const fill = tradeRow({ account: ownAccount() });
    await insertRow(database.client, "trades", fill);
    expect(await refusedBy(query("update trades set realized_pnl = 5 where id = $1", [fill.id]))).toBe(
      "trades_accounting_computed",
    );
    for (const [table, change] of [
      ["positions", "quantity = 1"],
      ["strategy_daily_performance", "fees = 1"],
      ["market_series", "bar_count = 1"],
    ]) {
      expect(await refusedBy(query(`update ${table} set ${change}`))).toBe(`${table}_computed`);
      expect(await refusedBy(query(`delete from ${table}`))).toBe(`${table}_computed`);
      expect(await refusedBy(query(`truncate ${table}`))).toBe(`${table}_computed`);
    }
  });

  it("is recorded once", async () => {
    const fill = tradeRow({ account: ownAccount() });
    await insertRow(database.client, "trades", fill);
    expect(await refusedBy(insertRow(database.client, "trades", fill))).toBe("trades_pkey");
    expect(await refusedBy(insertRow(database.client, "trades", { ...fill, id: idAt(moment(20)) }))).toBe(
      "trades_exchange_trade_id_key",
    );
  });

  it("is one of two where both sides of a venue's trade are ours", async () => {
    const [buyer, seller] = [ownAccount(), ownAccount()];
    const bought = tradeRow({ account: buyer });
    const sold = { ...bought, id: idAt(moment(20)), account: seller, side: "sell" };
    await insertRow(database.client, "trades", bought);
    await insertRow(database.client, "trades", sold);
    // An account may also meet itself, and a venue may number its symbols apart.
    await insertRow(database.client, "trades", { ...bought, id: idAt(moment(20)), side: "sell" });
    await insertRow(database.client, "trades", { ...bought, id: idAt(moment(20)), symbol: "ETH-USD" });
    expect(
      await query("select account, symbol, quantity from positions where account = any($1) order by 1, 2", [
        [buyer, seller],
      ]),
    ).toEqual([
      { account: buyer, symbol: "BTC-USD", quantity: "0" },
      { account: buyer, symbol: "ETH-USD", quantity: "1" },
      { account: seller, symbol: "BTC-USD", quantity: "-1" },
    ]);
    expect(await refusedBy(insertRow(database.client, "trades", { ...sold, id: idAt(moment(20)) }))).toBe(
      "trades_exchange_trade_id_key",
    );
  });

  it.each([
    ["trades_amounts_positive", { quantity: "0" }],
    ["trades_amounts_positive", { quantity: "-1" }],
    ["trades_amounts_positive", { price: "NaN" }],
    ["trades_amounts_positive", { price: "Infinity" }],
    ["trades_amounts_positive", { price: "0.0000000000000000001" }],
    ["trades_amounts_positive", { price: "9".repeat(40) }],
    ["trades_amounts_positive", { contract_multiplier: "0" }],
    ["trades_fee_exact", { fee: "0.0000000000000000001" }],
    ["trades_fee_exact", { fee: "-Infinity" }],
    ["trades_currencies_form", { settlement_currency: "usd" }],
    ["trades_bust_reason_when_busted", { bust_reason: "x" }],
    ["trades_id_holds_executed_at", { id: idAt(moment(21)) }],
  ])("refuses what does not fit, and rounds nothing: %s, %o", async (constraint, overrides) => {
    expect(
      await refusedBy(
        insertRow(database.client, "trades", tradeRow({ account: ownAccount(), ...overrides })),
      ),
    ).toBe(constraint);
  });

  it("is not from the future: a day of another zone's clock is the most", async () => {
    const at = (hours: number) => {
      const time = Temporal.Now.instant().round("millisecond").add({ hours });
      return tradeRow({ account: ownAccount(), id: idAt(time), executed_at: time.toString() });
    };
    for (const row of [at(25), at(60_000_000)]) {
      expect(await refusedBy(insertRow(database.client, "trades", row))).toBe("trades_not_from_the_future");
    }
    await insertRow(database.client, "trades", at(23));
  });

  it("computes its notional to the last digit", async () => {
    const fill = tradeRow({
      account: ownAccount(),
      quantity: "0.000000000000000003",
      price: "0.000000000000000007",
      contract_multiplier: "0.5",
    });
    await insertRow(database.client, "trades", fill);
    expect(await query("select notional::text from trades where id = $1", [fill.id])).toEqual([
      { notional: "0.0000000000000000000000000000000000105" },
    ]);
  });

  it("settles as its position does", async () => {
    const account = ownAccount();
    await insertRow(database.client, "trades", tradeRow({ account }));
    expect(
      await refusedBy(
        insertRow(database.client, "trades", tradeRow({ account, settlement_currency: "EUR" }, 21)),
      ),
    ).toBe("positions_settlement");
    expect(
      await refusedBy(
        insertRow(database.client, "trades", tradeRow({ account, contract_multiplier: "2" }, 22)),
      ),
    ).toBe("positions_settlement");
  });

  it("belongs to an order that exists at commit, in either order of arrival", async () => {
    const account = ownAccount();
    const order = orderRow({ account });
    await query("begin");
    await insertRow(database.client, "trades", tradeRow({ account, order_id: order.id }));
    await insertRow(database.client, "orders", order);
    await query("commit");
    expect(
      await refusedBy(insertRow(database.client, "trades", tradeRow({ account, order_id: idAt(moment(1)) }))),
    ).toBe("trades_order_id_exists");
  });
});

/** The venue takes a fill back. */
const bust = (id: string) => query("update trades set busted_at = executed_at where id = $1", [id]);

describe("a fill that was wrong", () => {
  it("is busted and recorded anew with the venue's id and time, as its correction", async () => {
    const account = ownAccount();
    const wrong = tradeRow({ account });
    await insertRow(database.client, "trades", wrong);
    const right = { ...wrong, id: idAt(moment(20)), price: "90", correction: 1 };
    await bust(wrong.id);
    await insertRow(database.client, "trades", right);
    // The same report again, late, and the correction again: nothing counts twice.
    for (const duplicate of [wrong, right]) {
      expect(
        await refusedBy(insertRow(database.client, "trades", { ...duplicate, id: idAt(moment(20)) })),
      ).toBe("trades_exchange_trade_id_key");
    }
    await bust(right.id);
    await insertRow(database.client, "trades", {
      ...right,
      id: idAt(moment(20)),
      quantity: "2",
      correction: 2,
    });
    expect(
      await query("select quantity, cost_basis, fill_count from positions where account = $1", [account]),
    ).toEqual([{ quantity: "2", cost_basis: "180", fill_count: "1" }]);
  });

  it("is not corrected while it counts, nor where there is none", async () => {
    const account = ownAccount();
    const wrong = tradeRow({ account });
    const right = { ...wrong, id: idAt(moment(20)), price: "90", correction: 1 };
    const correct = (row: Row) => refusedBy(insertRow(database.client, "trades", row));
    expect(await correct(right)).toBe("trades_corrects_busted");
    await insertRow(database.client, "trades", wrong);
    expect(await correct(right)).toBe("trades_corrects_busted");
    await bust(wrong.id);
    expect(await correct({ ...right, correction: 2 })).toBe("trades_corrects_busted");
    expect(await correct({ ...right, correction: -1 })).toBe("trades_correction_not_negative");
    for (const other of [{ account: ownAccount() }, { side: "sell" }, { exchange_trade_id: "another" }]) {
      expect(await correct({ ...right, ...other })).toBe("trades_corrects_busted");
    }
    expect(await correct(right)).toBe("nothing: it was accepted");
  });

  it("comes with its correction in one statement where history is read in", async () => {
    const account = ownAccount();
    const wrong = { ...tradeRow({ account }), busted_at: moment(30).toString(), correction: 0 };
    const right = {
      ...wrong,
      id: idAt(moment(20)),
      busted_at: null,
      settlement_currency: "EUR",
      correction: 1,
    };
    await insertRows(database.client, "trades", [right, wrong]);
    expect(
      await query("select settlement_currency, fill_count from positions where account = $1", [account]),
    ).toEqual([{ settlement_currency: "EUR", fill_count: "1" }]);
  });

  it.for([{ settlement_currency: "USDX" }, { contract_multiplier: "100" }])(
    "in how it settles (%o) locks nobody out of the instrument",
    async (mistake) => {
      const account = ownAccount();
      const strategy = strategyRow();
      await insertRow(database.client, "strategies", strategy);
      const wrong = tradeRow({ account, strategy_id: strategy.id, ...mistake });
      await insertRow(database.client, "trades", wrong);
      const right = { ...wrong, id: idAt(moment(20)), settlement_currency: "USD", contract_multiplier: "1" };
      await bust(wrong.id);
      await insertRow(database.client, "trades", { ...right, correction: 1 });
      await insertRow(
        database.client,
        "trades",
        tradeRow({ account, strategy_id: strategy.id, side: "sell", price: "110" }, 21),
      );
      const positions = () =>
        query(
          `select strategy_id, settlement_currency, contract_multiplier, quantity, realized_pnl::float as pnl
           from positions where account = $1`,
          [account],
        );
      const settled = { settlement_currency: "USD", contract_multiplier: "1", quantity: "0", pnl: 10 };
      expect(await positions()).toEqual([{ strategy_id: strategy.id, ...settled }]);
      await query("delete from strategies where id = $1", [strategy.id]);
      expect(await positions()).toEqual([{ strategy_id: null, ...settled }]);
    },
  );
});

describe("deleting a strategy", () => {
  it("keeps its fills, in the position without strategy, and removes its sums", async () => {
    const strategy = strategyRow();
    const account = ownAccount();
    await insertRow(database.client, "strategies", strategy);
    await insertRows(database.client, "trades", [
      tradeRow({ account, strategy_id: strategy.id, quantity: "3", price: "100" }, 20),
      tradeRow({ account, strategy_id: strategy.id, quantity: "1", price: "110", side: "sell" }, 21),
    ]);
    await insertRow(database.client, "trades", tradeRow({ account, quantity: "1", price: "90" }, 22));
    expect(
      await query(
        "select total_trades::int as trades, total_realized_pnl::float as pnl from strategies where id = $1",
        [strategy.id],
      ),
    ).toEqual([{ trades: 2, pnl: 10 }]);
    await query("delete from strategies where id = $1", [strategy.id]);
    expect(
      await query(
        "select strategy_id, quantity, cost_basis::float, realized_pnl::float, fill_count::int from positions where account = $1",
        [account],
      ),
    ).toEqual([{ strategy_id: null, quantity: "3", cost_basis: 290, realized_pnl: 10, fill_count: 3 }]);
    expect(
      await query("select 1 from strategy_daily_performance where strategy_id = $1", [strategy.id]),
    ).toEqual([]);
    expect(
      await query("select count(*)::int as n from trades where account = $1 and strategy_id is null", [
        account,
      ]),
    ).toEqual([{ n: 3 }]);
  });

  it("moves no fill to another strategy meanwhile", async () => {
    const [one, other] = [strategyRow(), strategyRow()];
    await insertRows(database.client, "strategies", [one, other]);
    const fill = tradeRow({ account: ownAccount(), strategy_id: one.id });
    await insertRow(database.client, "trades", fill);
    expect(
      await refusedBy(query("update trades set strategy_id = $2 where id = $1", [fill.id, other.id])),
    ).toBe("trades_immutable");
    expect(await refusedBy(query("update trades set strategy_id = null where id = $1", [fill.id]))).toBe(
      "trades_immutable",
    );
  });
});

describe("a fill of an order of ours", () => {
  it.each([
    ["account", "other"],
    ["symbol", "ETH-USD"],
    ["side", "sell"],
  ])("has the order's %s", async (column, value) => {
    const order = orderRow({ account: ownAccount() });
    await insertRow(database.client, "orders", order);
    const fill = (overrides: Row): Row =>
      tradeRow({ account: order["account"], order_id: order.id, ...overrides });
    expect(await refusedBy(insertRow(database.client, "trades", fill({ [column]: value })))).toBe(
      "trades_order_matches",
    );
    await insertRow(database.client, "trades", fill({ exchange: "XELSE" }));
  });
});

describe("who decided", () => {
  it.each([
    ["orders", orderRow, "investment_decision_algorithm_id"],
    ["orders", orderRow, "execution_algorithm_id"],
    ["orders", orderRow, "decision_maker_id"],
    ["trades", tradeRow, "decision_maker_id"],
    ["trades", tradeRow, "venue_transaction_id"],
  ] as const)("on %s is an identifier, not a blank and not a book", async (table, make, column) => {
    for (const text of ["", " padded ", "x".repeat(1_000)]) {
      expect(
        await refusedBy(insertRow(database.client, table, make({ account: ownAccount(), [column]: text }))),
      ).toBe(`${table}_decision_ids_form`);
    }
    await insertRow(database.client, table, make({ account: ownAccount(), [column]: "ALGO-7" }));
  });
});
