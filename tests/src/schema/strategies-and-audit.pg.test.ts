// Strategies on a real server: totals nobody sets, versions that count configuration, an audit record for each change
// with who made it, and no deletion the accounting could not follow.
import { describe, expect, it } from "vitest";
import { ageRecords } from "../fixtures/aged-records.ts";
import { openClient, refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase(2);

async function newStrategy(overrides: Row = {}): Promise<string> {
  const strategy = strategyRow(overrides);
  await insertRow(db.client, "strategies", strategy);
  return strategy.id;
}

const update = (id: string, change: string) =>
  db.client.query(`update strategies set ${change} where id = $1`, [id]);

const versionOf = async (id: string): Promise<unknown> =>
  (await db.rows("select version from strategies where id = $1", [id]))[0]?.["version"];

describe("a strategy", () => {
  it.each([
    ["an empty name", { name: "" }, "strategies_name_form"],
    ["a padded kind", { kind: " x" }, "strategies_kind_form"],
    ["a currency in small letters", { base_currency: "usd" }, "strategies_base_currency_form"],
    ["a configuration that is a list", { configuration: "[]" }, "strategies_configuration_is_object"],
    ["a limit of zero", { max_order_notional: "0" }, "strategies_limits_positive"],
    ["a limit of 19 decimals", { max_daily_loss: "0.0000000000000000001" }, "strategies_limits_positive"],
    ["a drawdown limit of 0 %", { max_drawdown_percentage: "0" }, "strategies_max_drawdown_percentage_range"],
    [
      "a drawdown limit of NaN",
      { max_drawdown_percentage: "NaN" },
      "strategies_max_drawdown_percentage_range",
    ],
    ["an infinite leverage", { max_leverage: "Infinity" }, "strategies_max_leverage_range"],
    ["no open order allowed", { max_open_orders: 0 }, "strategies_max_open_orders_range"],
    ["an active state but no time of activation", { activated_at: null }, "strategies_lifecycle_times"],
    ["a stopped state but no time of stopping", { status: "stopped" }, "strategies_lifecycle_times"],
    ["a version of its own", { version: 2 }, "strategies_version_counted"],
    ["totals of its own", { total_fees: "1" }, "strategies_totals_computed"],
    ["an id of another time", { id: idAt(moment(9)) }, "strategies_id_holds_created_at"],
  ])("is refused with %s", async (_, overrides, constraint) => {
    expect(await refusedBy(insertRow(db.client, "strategies", strategyRow(overrides)))).toBe(constraint);
  });

  it("has a name of its own", async () => {
    const id = await newStrategy({ name: "the one" });
    expect(await refusedBy(newStrategy({ name: "the one" }))).toBe("strategies_name_key");
    expect(await refusedBy(update(await newStrategy(), "name = 'the one'"))).toBe("strategies_name_key");
    expect(await versionOf(id)).toBe(1);
  });

  it("never becomes another: id and time of creation stay", async () => {
    const id = await newStrategy();
    const at = moment(9);
    expect(await refusedBy(update(id, `id = '${idAt(at)}', created_at = '${at}'`))).toBe(
      "strategies_immutable",
    );
  });

  it("lives from draft to archive, with the times of each step", async () => {
    const id = await newStrategy({ status: "draft", activated_at: null });
    expect(await refusedBy(update(id, "status = 'active'"))).toBe("strategies_lifecycle_times");
    await update(id, "status = 'active', activated_at = now()");
    expect(await refusedBy(update(id, "status = 'stopped'"))).toBe("strategies_lifecycle_times");
    await update(id, "status = 'paused'");
    await update(id, "status = 'stopped', stopped_at = now()");
    await update(id, "status = 'archived'");
    expect(await versionOf(id)).toBe(5);
  });

  it("may be archived without ever having run", async () => {
    const id = await newStrategy({ status: "draft", activated_at: null });
    await update(id, "status = 'archived'");
    expect(await versionOf(id)).toBe(2);
  });
});

describe("the version of a strategy", () => {
  it("counts changes of configuration, by one each, however the update is written", async () => {
    const id = await newStrategy();
    await update(id, "description = 'a'");
    await update(id, "description = 'b', version = version + 1");
    await update(id, "description = 'c', version = 700");
    expect(await versionOf(id)).toBe(4);
  });

  it("counts no update that changes nothing, no fill, and no version set by hand", async () => {
    const id = await newStrategy();
    await update(id, "name = name, configuration = configuration");
    await update(id, "version = 700");
    await update(id, "version = version + 1");
    await insertRow(db.client, "trades", tradeRow({ account: "version", strategy_id: id }));
    expect(await versionOf(id)).toBe(1);
    expect(await db.rows("select count(*)::int as n from audit_log where entity_id = $1", [id])).toEqual([
      { n: 1 },
    ]);
  });

  it("makes the second of two concurrent changes find nothing to change", async () => {
    const id = await newStrategy();
    const change = (by: string, number: number) =>
      db.clients[number]?.query("update strategies set description = $2 where id = $1 and version = 1", [
        id,
        by,
      ]);
    const outcomes = await Promise.all([change("one", 0), change("other", 1)]);
    expect(outcomes.reduce((sum, outcome) => sum + (outcome?.rowCount ?? 0), 0)).toBe(1);
    expect(await versionOf(id)).toBe(2);
  });
});

describe("the totals of a strategy", () => {
  it.each(["total_trades", "winning_trades", "losing_trades", "gross_profit", "gross_loss", "total_fees"])(
    "cannot be set: %s",
    async (column) => {
      const id = await newStrategy();
      expect(await refusedBy(update(id, `${column} = ${column} + 1`))).toBe("strategies_totals_computed");
      expect(await refusedBy(update(id, `name = name || '!', ${column} = 7`))).toBe(
        "strategies_totals_computed",
      );
    },
  );

  it("cannot be computed by hand either: the P&L is a generated column", async () => {
    expect(await refusedBy(update(await newStrategy(), "total_realized_pnl = 5"))).toBe("428C9");
  });

  it("are those of the base currency, and follow when that is changed", async () => {
    const id = await newStrategy();
    const fill = (overrides: Row, seconds: number): Row =>
      tradeRow({ account: "currencies", strategy_id: id, fee: "0.5", ...overrides }, seconds);
    await insertRows(db.client, "trades", [
      fill({ symbol: "US", side: "buy" }, 1),
      fill({ symbol: "US", side: "sell" }, 2),
      fill({ symbol: "EU", side: "buy", settlement_currency: "EUR", fee_currency: "EUR" }, 3),
    ]);
    const totals = () =>
      db.rows(
        "select base_currency, total_trades::int as trades, total_fees::text as fees from strategies where id = $1",
        [id],
      );
    expect(await totals()).toEqual([{ base_currency: "USD", trades: 2, fees: "1.0" }]);
    await update(id, "base_currency = 'EUR'");
    expect(await totals()).toEqual([{ base_currency: "EUR", trades: 1, fees: "0.5" }]);
    await insertRow(
      db.client,
      "trades",
      fill({ symbol: "EU", settlement_currency: "EUR", fee_currency: "EUR" }, 4),
    );
    await db.client.query(
      "update trades set busted_at = executed_at where account = 'currencies' and side = 'sell'",
    );
    expect(await totals()).toEqual([{ base_currency: "EUR", trades: 2, fees: "1.0" }]);
    await update(id, "base_currency = 'XYZ'");
    expect(await totals()).toEqual([{ base_currency: "XYZ", trades: 0, fees: "0" }]);
    await update(id, "base_currency = 'USD'");
    expect(await totals()).toEqual([{ base_currency: "USD", trades: 1, fees: "0.5" }]);
    await expectConsistentAccounting(db.client);
  });

  it("follow a change of base currency that meets a fill", async () => {
    const id = await newStrategy();
    const [one, other] = db.clients;
    await one?.query("begin");
    await insertRow(db.client, "trades", tradeRow({ account: "meeting", strategy_id: id }));
    const changed = other?.query("update strategies set base_currency = 'EUR' where id = $1", [id]);
    await one?.query("commit");
    await changed;
    await expectConsistentAccounting(db.client);
    expect(await versionOf(id)).toBe(2);
  });
});

describe("deleting a strategy", () => {
  it("is refused once its first fills have left the database: the others could not be accounted without them", async () => {
    const id = await newStrategy();
    const at = (text: string) => moment(0).until(Temporal.Instant.from(text)).total("seconds");
    await insertRows(db.client, "trades", [
      tradeRow({ account: "left", strategy_id: id, quantity: "5" }, at("2016-01-01T00:00:00Z")),
      tradeRow(
        { account: "left", strategy_id: id, quantity: "2", side: "sell", price: "110" },
        at("2025-01-01T00:00:00Z"),
      ),
    ]);
    await ageRecords(db.client, "trades");
    await db.client.query("delete from trades where account = 'left' and executed_at < '2017-01-01'");
    expect(await refusedBy(db.client.query("delete from strategies where id = $1", [id]))).toBe(
      "strategies_history_kept",
    );
    await update(id, "status = 'archived', stopped_at = now()");
    expect(await db.rows("select realized_pnl::text as pnl from trades where account = 'left'")).toEqual([
      { pnl: "20.000000000000000000" },
    ]);
  });
});

describe("the audit log", () => {
  const recordsOf = (id: string, columns: string) =>
    db.rows(`select ${columns} from audit_log where entity_id = $1 order by occurred_at, id`, [id]);

  it("tells what a change was, who made it, for whom and why", async () => {
    const session = await openClient(`${db.database.url}?application_name=console`);
    const strategy = strategyRow({ max_leverage: "2", description: null });
    await session.query("begin");
    await session.query(
      "set local app.actor = 'alice'; set local app.reason = 'ticket 7'; set local app.correlation_id = 'r1'",
    );
    await insertRow(session, "strategies", strategy);
    await session.query("commit");
    await session.query("update strategies set max_leverage = 3, description = 'd' where id = $1", [
      strategy.id,
    ]);
    await session.query("delete from strategies where id = $1", [strategy.id]);
    const [user] = (await session.query<Row>("select session_user as name")).rows;
    await session.end();
    const common = { actor: user?.["name"], application: "console", entity_type: "strategies" };
    expect(
      await recordsOf(
        strategy.id,
        `actor, application, entity_type, action, on_behalf_of, reason, correlation_id,
         before - 'name' as before, after ->> 'max_leverage' as leverage, after ? 'total_trades' as totals`,
      ),
    ).toEqual([
      {
        ...common,
        action: "insert",
        on_behalf_of: "alice",
        reason: "ticket 7",
        correlation_id: "r1",
        before: null,
        leverage: "2",
        totals: false,
      },
      {
        ...common,
        action: "update",
        on_behalf_of: null,
        reason: null,
        correlation_id: null,
        before: { max_leverage: 2, description: null, version: 1 },
        leverage: "3",
        totals: false,
      },
      {
        ...common,
        action: "delete",
        on_behalf_of: null,
        reason: null,
        correlation_id: null,
        before: expect.objectContaining({ max_leverage: 3, version: 2, id: strategy.id }),
        leverage: null,
        totals: null,
      },
    ]);
  });

  it("has one record per strategy of an update of many, and none of one that is rolled back", async () => {
    const ids = [await newStrategy({ kind: "many" }), await newStrategy({ kind: "many" })];
    await db.client.query("update strategies set tags = '{x}' where kind = 'many'");
    await db.client.query("begin; update strategies set tags = '{y}' where kind = 'many'; rollback");
    for (const id of ids) {
      expect(await recordsOf(id, "action, after -> 'tags' as tags")).toEqual([
        { action: "insert", tags: [] },
        { action: "update", tags: ["x"] },
      ]);
    }
  });

  it("takes the application's own records, and changes none", async () => {
    const at = moment(1);
    const row = {
      id: idAt(at),
      occurred_at: at.toString(),
      action: "restart",
      entity_type: "service",
      entity_id: "s1",
    };
    await insertRow(db.client, "audit_log", row);
    expect(
      await refusedBy(db.client.query("update audit_log set action = 'x' where id = $1", [row.id])),
    ).toBe("audit_log_immutable");
    expect(await refusedBy(db.client.query("delete from audit_log where id = $1", [row.id]))).toBe(
      "audit_log_kept_until",
    );
    expect(await refusedBy(insertRow(db.client, "audit_log", { ...row, id: idAt(at), action: "" }))).toBe(
      "audit_log_codes_form",
    );
  });
});

describe("the recent performance of a strategy", () => {
  it("counts the days on which something was traded and stands", async () => {
    const strategy = await newStrategy();
    const ago = (days: number) => {
      const time = Temporal.Now.instant()
        .round("millisecond")
        .subtract({ hours: 24 * days });
      return tradeRow({ strategy_id: strategy, id: idAt(time), executed_at: time.toString(), fee: "1" });
    };
    const [kept, busted] = [ago(3), ago(2)];
    await insertRows(db.client, "trades", [kept, busted]);
    const recent = () =>
      db.rows("select trading_days::int, trade_count::int from recent_performance where strategy_id = $1", [
        strategy,
      ]);
    expect(await recent()).toEqual([{ trading_days: 2, trade_count: 2 }]);
    await db.client.query("update trades set busted_at = executed_at where id = $1", [busted.id]);
    expect(await recent()).toEqual([{ trading_days: 1, trade_count: 1 }]);
  });
});
