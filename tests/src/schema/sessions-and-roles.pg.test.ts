// What the database computes does not depend on who asks and how the session is set: search path, temporary tables
// of the same names, time zone, date style, and roles that may do no more than they must.
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openClient, refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { barRow, moment, orderRow, snapshotRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase();

/** One of everything through a session: a strategy, an order that changes, fills, a bust, bars and snapshots. */
async function trade(client: pg.Client, account: string): Promise<void> {
  const strategy = strategyRow();
  await insertRow(client, "public.strategies", strategy);
  const order = orderRow({ account, strategy_id: strategy.id });
  await insertRow(client, "public.orders", order);
  await client.query("update public.orders set status = 'new', submitted_at = created_at where id = $1", [
    order.id,
  ]);
  const fills = [1, 2, 3].map((second) =>
    tradeRow(
      { account, strategy_id: strategy.id, ...(second === 2 ? { side: "sell" } : { order_id: order.id }) },
      20 + second,
    ),
  );
  await insertRows(client, "public.trades", fills);
  await client.query("update public.trades set busted_at = executed_at where id = $1", [fills[2]?.id]);
  await insertRows(client, "public.market_data", [
    barRow({ symbol: account }),
    barRow({ symbol: account }, 1),
  ]);
  await client.query("update public.market_data set close = 99.5 where symbol = $1", [account]);
  await insertRow(client, "public.portfolio_snapshots", snapshotRow({ account, equity: "100" }, 1));
  await insertRow(client, "public.portfolio_snapshots", snapshotRow({ account, equity: "90" }, 2));
}

/** What `trade` must have left. */
async function expectTraded(account: string): Promise<void> {
  const [order] = await db.rows("select id, strategy_id from orders where account = $1", [account]);
  expect(
    await db.rows("select type, order_version from order_events where order_id = $1 order by 2", [
      order?.["id"],
    ]),
  ).toEqual([
    { type: "created", order_version: 1 },
    { type: "accepted", order_version: 2 },
  ]);
  expect(await db.rows("select quantity, fill_count from positions where account = $1", [account])).toEqual([
    { quantity: "0", fill_count: "2" },
  ]);
  expect(
    await db.rows("select action from audit_log where entity_id = $1", [order?.["strategy_id"]]),
  ).toEqual([{ action: "insert" }]);
  expect(
    await db.rows("select bar_count, last_time, last_close from market_series where symbol = $1", [account]),
  ).toEqual([{ bar_count: "2", last_time: new Date("2026-03-02T09:01:00Z"), last_close: 99.5 }]);
  expect(
    await db.rows("select peak_equity::text as peak from portfolio_snapshots where account = $1", [account]),
  ).toEqual([{ peak: "100" }, { peak: "100" }]);
  await expectConsistentAccounting(db.client);
}

describe("a session", () => {
  let session: pg.Client;
  beforeEach(async () => {
    session = await openClient(db.database.url);
    return () => session.end();
  });

  it("with an empty search path is served like any other", async () => {
    expect.hasAssertions();
    await session.query("set search_path = ''");
    await trade(session, "empty path");
    await expectTraded("empty path");
  });

  it("cannot divert the accounting into temporary tables of the same names", async () => {
    const names = [
      "strategies",
      "positions",
      "strategy_daily_performance",
      "market_series",
      "order_events",
      "audit_log",
    ];
    for (const name of [...names, "trades", "orders", "market_data", "portfolio_snapshots"]) {
      await session.query(`create temp table ${name} (like public.${name} including all)`);
    }
    await trade(session, "temporary tables");
    await expectTraded("temporary tables");
    for (const name of names) {
      expect((await session.query(`select from pg_temp.${name}`)).rowCount, name).toBe(0);
    }
  });

  it("cannot divert a trigger with a function or operator of the same name in a schema before", async () => {
    expect.hasAssertions();
    await session.query("create schema hostile");
    await session.query("set search_path = hostile, pg_catalog, public");
    await session.query(`
      create function hostile.order_status_can_become(public.order_status, public.order_status) returns boolean return false;
      create function hostile.abs(numeric) returns numeric return 0;
      create function hostile.uuid_v7_at(timestamptz) returns uuid return null::uuid;
      create function hostile.never(public.order_status, public.order_status) returns boolean return false;
      create operator hostile.= (function = hostile.never, leftarg = public.order_status, rightarg = public.order_status)`);
    await trade(session, "hostile schema");
    await session.query("drop schema hostile cascade");
    await expectTraded("hostile schema");
  });

  it("cannot get round a rule with a clock, an operator or a function of its own", async () => {
    const strategy = strategyRow();
    await insertRow(session, "strategies", strategy);
    const order = orderRow({ account: "own operators" });
    await insertRow(session, "orders", order);
    const fill = tradeRow({ account: "own operators" });
    await insertRow(session, "trades", fill);
    await insertRow(session, "portfolio_snapshots", snapshotRow({ account: "own operators" }));
    await session.query("create schema evil");
    await session.query("set search_path = evil, pg_catalog, public");
    await session.query(`
      create function evil.now() returns timestamptz return timestamptz '2999-01-01 00:00:00+00';
      create function evil.pg_trigger_depth() returns integer return 7;
      create function evil.plus(integer, integer) returns integer return $1;
      create operator evil.+ (function = evil.plus, leftarg = integer, rightarg = integer);
      create function evil.never(timestamp, timestamp) returns boolean return false;
      create operator evil.> (function = evil.never, leftarg = timestamp, rightarg = timestamp);
      create function evil.always(timestamptz, timestamptz) returns boolean return true;
      create operator evil.= (function = evil.always, leftarg = timestamptz, rightarg = timestamptz)`);
    const refusals = {
      "delete from public.orders where id = $1": [order.id, "orders_kept_until"],
      "delete from public.trades where id = $1": [fill.id, "trades_kept_until"],
      "update public.trades set realized_pnl = 5 where id = $1": [fill.id, "trades_accounting_computed"],
      "update public.strategies set total_trades = 5 where id = $1": [
        strategy.id,
        "strategies_totals_computed",
      ],
    };
    for (const [statement, [id, constraint]] of Object.entries(refusals)) {
      expect(await refusedBy(session.query(statement, [id])), statement).toBe(constraint);
    }
    expect(
      await refusedBy(
        session.query(
          "update public.portfolio_snapshots set peak_equity = 500 where account = 'own operators'",
        ),
      ),
    ).toBe("portfolio_snapshots_peak_computed");
    await session.query("update public.orders set status = 'new' where id = $1", [order.id]);
    await session.query("update public.strategies set description = 'changed' where id = $1", [strategy.id]);
    await session.query("drop schema evil cascade");
    expect(
      await db.rows("select order_version from order_events where order_id = $1 order by 1", [order.id]),
    ).toEqual([{ order_version: 1 }, { order_version: 2 }]);
    expect(await db.rows("select version from strategies where id = $1", [strategy.id])).toEqual([
      { version: 2 },
    ]);
  });

  it("in any time zone and date style counts a fill to the UTC day of its execution", async () => {
    const strategy = strategyRow();
    await insertRow(session, "strategies", strategy);
    const at = (text: string) => moment(0).until(Temporal.Instant.from(text)).total("seconds");
    for (const zone of ["UTC", "Pacific/Kiritimati", "America/Anchorage"]) {
      await session.query(
        `set timezone = '${zone}'; set datestyle = 'SQL, DMY'; set intervalstyle = 'sql_standard'`,
      );
      await insertRows(session, "trades", [
        tradeRow({ account: zone, strategy_id: strategy.id }, at("2026-03-03T23:59:59.999999Z")),
        tradeRow({ account: zone, strategy_id: strategy.id }, at("2026-03-04T00:00:00Z")),
      ]);
    }
    expect(
      await db.rows(
        `select trading_day::text as day, sum(trade_count) as fills from strategy_daily_performance
         where strategy_id = $1 group by trading_day order by trading_day`,
        [strategy.id],
      ),
    ).toEqual([
      { day: "2026-03-03", fills: "3" },
      { day: "2026-03-04", fills: "3" },
    ]);
    await trade(session, "date style");
    await expectTraded("date style");
  });

  it("leaves moments in the history as UTC, whatever its own time zone", async () => {
    await session.query("set timezone = 'Asia/Kolkata'; set datestyle = 'German'");
    const strategy = strategyRow();
    await insertRow(session, "strategies", strategy);
    const order = orderRow();
    await insertRow(session, "orders", order);
    await session.query("update orders set submitted_at = created_at where id = $1", [order.id]);
    expect(
      await db.rows(
        `select changes from order_events where order_id = $1 and changes is not null
         union all select after -> 'activated_at' from audit_log where entity_id = $2`,
        [order.id, strategy.id],
      ),
    ).toEqual([
      { changes: { submitted_at: [null, "2026-03-02T09:00:10+00:00"] } },
      { changes: "2026-03-02T09:00:00+00:00" },
    ]);
  });

  it("decides by UTC when a record's years are over", async () => {
    const old = Temporal.Now.zonedDateTimeISO("UTC").subtract({ years: 7 }).add({ hours: 2 }).toInstant();
    const row = orderRow({}, moment(0).until(old).total("seconds"));
    await session.query("set timezone = 'Pacific/Kiritimati'; set datestyle = 'SQL, DMY'");
    await insertRow(session, "orders", row);
    expect(await refusedBy(session.query("delete from orders where id = $1", [row.id]))).toBe(
      "orders_kept_until",
    );
  });
});

describe("a role", () => {
  const role = `writer_${randomBytes(5).toString("hex")}`;
  let session: pg.Client;
  beforeAll(async () => {
    session = await openClient(db.database.superuserUrl);
    await session.query(`create role ${role}`);
    await session.query(
      `grant insert on strategies, orders, trades, market_data, portfolio_snapshots to ${role}`,
    );
  });
  beforeEach(async () => {
    await session.query(`set role ${role}`);
    return () => session.query("reset role");
  });
  afterAll(async () => {
    await session.query(`drop owned by ${role}; drop role ${role}`);
    await session.end();
  });

  it("that may only insert leaves everything computed: the triggers have the owner's rights", async () => {
    const strategy = strategyRow();
    await insertRow(session, "strategies", strategy);
    const order = orderRow({ account: "role", strategy_id: strategy.id });
    const child = orderRow({ account: "role", parent_order_id: order.id }, 11);
    await insertRow(session, "orders", order);
    await insertRow(session, "orders", child);
    await insertRow(
      session,
      "trades",
      tradeRow({ account: "role", strategy_id: strategy.id, order_id: order.id }),
    );
    await insertRow(session, "market_data", barRow({ symbol: "role" }));
    await insertRow(session, "portfolio_snapshots", snapshotRow({ account: "role" }));
    expect(await db.rows("select type from order_events where order_id = $1", [order.id])).toEqual([
      { type: "created" },
    ]);
    expect(await db.rows("select bar_count from market_series where symbol = 'role'")).toEqual([
      { bar_count: "1" },
    ]);
    await expectConsistentAccounting(db.client);
  });

  it("that may change and bust what it must, changes it, and nothing else", async () => {
    await db.client.query(
      `grant select on orders, trades, market_data to ${role};
       grant update (status, filled_quantity, average_fill_price) on orders to ${role};
       grant update (busted_at, bust_reason) on trades to ${role};
       grant update, delete on market_data to ${role}`,
    );
    await session.query("update orders set status = 'new' where account = 'role'");
    await session.query("update trades set busted_at = executed_at where account = 'role'");
    await session.query("update market_data set close = 100 where symbol = 'role'");
    await session.query("delete from market_data where symbol = 'role'");
    expect(await db.rows("select from market_series where symbol = 'role'")).toEqual([]);
    await expectConsistentAccounting(db.client);
    for (const statement of [
      "update trades set realized_pnl = 1",
      "update positions set quantity = 1",
      "delete from order_events",
      "insert into audit_log select * from audit_log",
      "truncate market_data",
      "alter table trades disable trigger all",
    ]) {
      expect(await refusedBy(session.query(statement)), statement).toBe("42501");
    }
  });

  it("that may write every table cannot write what is computed, not from a trigger of its own either", async () => {
    await db.client.query(`grant select, insert, update, delete on all tables in schema public to ${role}`);
    const strategy = strategyRow();
    await trade(session, "from below");
    await insertRow(session, "strategies", strategy);
    await insertRow(
      session,
      "portfolio_snapshots",
      snapshotRow({ account: "from below", strategy_id: strategy.id }),
    );
    const guarded = {
      "update trades set realized_pnl = 5": "trades_accounting_computed",
      "update strategies set total_trades = 5": "strategies_totals_computed",
      "update portfolio_snapshots set peak_equity = 500": "portfolio_snapshots_peak_computed",
      "delete from portfolio_snapshots": "portfolio_snapshots_kept_until",
      "update positions set quantity = 5": "positions_computed",
      "delete from strategy_daily_performance": "strategy_daily_performance_computed",
      "update portfolio_curves set peak_equity = 500": "portfolio_curves_computed",
      "delete from market_series": "market_series_computed",
      "insert into order_events select * from order_events": "order_events_computed",
    };
    await session.query("create temp table lever (statement text)");
    await session.query(`
      create function pg_temp.pull() returns trigger language plpgsql as
      $$begin execute new.statement; return null; end$$;
      create trigger pull after insert on lever for each row execute function pg_temp.pull()`);
    for (const [statement, constraint] of Object.entries(guarded)) {
      expect(await refusedBy(session.query(statement)), statement).toBe(constraint);
      expect(
        await refusedBy(session.query("insert into lever values ($1)", [statement])),
        `${statement}, one trigger deeper`,
      ).toBe(constraint);
    }
    // What is its own to do it may do from there, and a strategy takes its snapshots along.
    await session.query(
      "insert into lever values ('update trades set busted_at = executed_at where busted_at is null')",
    );
    await session.query("delete from strategies where id = $1", [strategy.id]);
    await expectConsistentAccounting(db.client);
  });

  it("cannot hang the owner's trigger functions on a table of its own to forge what they write", async () => {
    await session.query("create temp table forged (like public.trades)");
    for (const name of [
      "account_new_fills",
      "roll_up_performance",
      "catalogue_new_bars",
      "record_new_orders",
    ]) {
      const refusal = await refusedBy(
        session.query(
          `create trigger t after insert on forged referencing new table as new_fills for each statement execute function public.${name}()`,
        ),
      );
      expect(refusal, name).toBe("42501");
    }
  });
});
