// Records stay for seven years, or longer where they say so; strategies leave an audit trail; microseconds live.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
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

describe("a strategy", () => {
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
