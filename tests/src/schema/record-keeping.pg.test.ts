// Records stay for seven years, or longer where they say so; strategies leave an audit trail; microseconds live.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ageRecords, isRecordedTable } from "../fixtures/aged-records.ts";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, type Row } from "../fixtures/insert.ts";
import { orderRow, snapshotRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const database = useDatabase();
const query = database.rows;

const yearsAgo = (years: number): Temporal.Instant =>
  Temporal.Now.zonedDateTimeISO("UTC").subtract({ years }).round("second").toInstant();

const auditRow = (): Row => ({ action: "test", entity_type: "thing", entity_id: "1" });

const kept: readonly (readonly [string, string, () => Row])[] = [
  ["orders", "created_at", orderRow],
  // An account of its own: a fill cannot come before those of its position that are gone.
  ["trades", "executed_at", () => tradeRow({ account: randomUUID() })],
  ["portfolio_snapshots", "taken_at", snapshotRow],
  ["audit_log", "occurred_at", auditRow],
];

const rowAt = (make: () => Row, time: string, at: Temporal.Instant): Row & { id: string } => ({
  ...make(),
  id: idAt(at),
  [time]: at.toString(),
});

describe.each(kept)("a row of %s", (table, time, make) => {
  it("cannot be deleted before its seven years are over, and can after", async () => {
    const young = rowAt(make, time, yearsAgo(6));
    const old = rowAt(make, time, yearsAgo(8));
    await insertRow(database.client, table, young);
    await insertRow(database.client, table, old);
    if (isRecordedTable(table)) {
      // Dated back by whoever wrote it: it is as young as its recording.
      expect(await refusedBy(query(`delete from ${table} where id = $1`, [old.id]))).toBe(
        `${table}_kept_until`,
      );
      await ageRecords(database.client, table);
    }
    expect(await refusedBy(query(`delete from ${table} where id = $1`, [young.id]))).toBe(
      `${table}_kept_until`,
    );
    expect(await query(`delete from ${table} where id = $1 returning id`, [old.id])).toEqual([
      { id: old.id },
    ]);
  });

  it("stays longer where retain_until says so, which only lengthens", async () => {
    const old = rowAt(make, time, yearsAgo(8));
    await insertRow(database.client, table, old);
    expect(
      await refusedBy(query(`update ${table} set retain_until = '2001-01-01' where id = $1`, [old.id])),
    ).toBe(`${table}_retain_until_lengthens`);
    await query(`update ${table} set retain_until = '2999-01-01' where id = $1`, [old.id]);
    for (const shorter of ["'2998-12-31'", "null"]) {
      const update = query(`update ${table} set retain_until = ${shorter} where id = $1`, [old.id]);
      expect(await refusedBy(update)).toBe(`${table}_retain_until_lengthens`);
    }
    await query(`update ${table} set retain_until = '2999-01-02' where id = $1`, [old.id]);
    expect(await refusedBy(query(`delete from ${table} where id = $1`, [old.id]))).toBe(
      `${table}_kept_until`,
    );
  });

  it("cannot be truncated away, not by way of its strategy either", async () => {
    expect(await refusedBy(query(`truncate ${table}`))).toBe(`${table}_never_truncated`);
    expect(await refusedBy(query("truncate strategies cascade"))).toMatch(/_never_truncated$|_computed$/);
  });

  it("keeps microseconds, whatever the zone of the session", async () => {
    const at = Temporal.Instant.from("2026-05-06T07:08:09.123456Z");
    const row = rowAt(make, time, at);
    await query("set time zone 'America/New_York'");
    await insertRow(database.client, table, row);
    await query("set time zone 'UTC'");
    const [stored] = await query(
      `select (extract(epoch from ${time}) * 1000000)::bigint::text as us from ${table} where id = $1`,
      [row.id],
    );
    expect(stored).toEqual({ us: (at.epochNanoseconds / 1000n).toString() });
  });
});

describe("the moment of recording", () => {
  it.each(["trades", "audit_log"])(
    "in %s is the database's own, whatever the caller gives",
    async (table) => {
      const make = table === "trades" ? () => tradeRow({ account: "recorded" }) : auditRow;
      const at = yearsAgo(1);
      for (const given of [undefined, "1990-01-01", "2090-01-01", "-infinity", "infinity"]) {
        const row = rowAt(make, table === "trades" ? "executed_at" : "occurred_at", at);
        await insertRow(database.client, table, given === undefined ? row : { ...row, recorded_at: given });
        expect(
          await query(
            `select recorded_at between now() - interval '1 minute' and clock_timestamp() as own from ${table} where id = $1`,
            [row.id],
          ),
        ).toEqual([{ own: true }]);
      }
    },
  );

  it("counts for the history of an order that was dated back", async () => {
    const order = rowAt(orderRow, "created_at", yearsAgo(9));
    await insertRow(database.client, "orders", { ...order, updated_at: yearsAgo(9).toString() });
    await query(
      "update orders set status = 'new', updated_at = updated_at + interval '1 day' where id = $1",
      [order.id],
    );
    const removal = query("delete from order_events where order_id = $1", [order.id]);
    expect(await refusedBy(removal)).toBe("order_events_kept_until");
  });
});

describe("an order", () => {
  it("is never updated before it was made", async () => {
    const early = orderRow({ updated_at: "2026-03-02T09:00:09Z" });
    expect(await refusedBy(insertRow(database.client, "orders", early))).toBe(
      "orders_updated_after_creation",
    );
    const order = orderRow();
    await insertRow(database.client, "orders", order);
    const update = query("update orders set status = 'new', updated_at = '2017-01-01' where id = $1", [
      order.id,
    ]);
    expect(await refusedBy(update)).toBe("orders_updated_after_creation");
  });

  it("made by a clock ahead of the server's, or late in a transaction, is updated at its making", async () => {
    const at = Temporal.Now.instant().add({ hours: 1 }).round("microsecond");
    const order = { ...orderRow(), id: idAt(at), created_at: at.toString() };
    await insertRow(database.client, "orders", order);
    await query("update orders set status = 'new' where id = $1", [order.id]);
    expect(
      await query("select bool_and(event_time >= $2) as after from order_events where order_id = $1", [
        order.id,
        at.toString(),
      ]),
    ).toEqual([{ after: true }]);
  });
});

describe("a strategy", () => {
  it("stays while one of its snapshots is held", async () => {
    const strategy = strategyRow();
    await insertRow(database.client, "strategies", strategy);
    const snapshot = { ...snapshotRow({ strategy_id: strategy.id }), retain_until: "2999-01-01" };
    await insertRow(database.client, "portfolio_snapshots", snapshot);
    const removal = query("delete from strategies where id = $1", [strategy.id]);
    expect(await refusedBy(removal)).toBe("portfolio_snapshots_kept_until");
  });

  it("counts versions and leaves audit records for changes of configuration, not for its totals", async () => {
    const strategy = strategyRow();
    await insertRow(database.client, "strategies", strategy);
    await query("select set_config('app.actor', 'alice', false)");
    await query(`update strategies set configuration = '{"lookback": 20}' where id = $1`, [strategy.id]);
    await query("select set_config('app.actor', '', false)");
    await insertRow(database.client, "trades", tradeRow({ account: "audit", strategy_id: strategy.id }));
    expect(
      await query("select version, total_trades::int as trades from strategies where id = $1", [strategy.id]),
    ).toEqual([{ version: 2, trades: 1 }]);
    expect(
      await query(
        "select action, on_behalf_of, before->'configuration' as before, after->'configuration' as after from audit_log where entity_id = $1 order by occurred_at",
        [strategy.id],
      ),
    ).toEqual([
      { action: "insert", on_behalf_of: null, before: null, after: {} },
      { action: "update", on_behalf_of: "alice", before: {}, after: { lookback: 20 } },
    ]);
  });

  it("has totals only from its trades, and its names and limits in order", async () => {
    const strategy = strategyRow();
    await insertRow(database.client, "strategies", strategy);
    expect(
      await refusedBy(query("update strategies set total_trades = 5 where id = $1", [strategy.id])),
    ).toBe("strategies_totals_computed");
    expect(await refusedBy(insertRow(database.client, "strategies", strategyRow({ total_trades: 5 })))).toBe(
      "strategies_totals_computed",
    );
    expect(
      await refusedBy(insertRow(database.client, "strategies", strategyRow({ name: strategy["name"] }))),
    ).toBe("strategies_name_key");
    expect(
      await refusedBy(
        insertRow(database.client, "strategies", strategyRow({ max_drawdown_percentage: "101" })),
      ),
    ).toBe("strategies_max_drawdown_percentage_range");
    expect(
      await refusedBy(insertRow(database.client, "strategies", strategyRow({ activated_at: null }))),
    ).toBe("strategies_lifecycle_times");
  });

  it("keeps its audit records unchanged", async () => {
    expect(await refusedBy(query("update audit_log set actor = 'nobody'"))).toBe("audit_log_immutable");
  });
});
