// System logs on a real server: what is refused, what becomes of lines whose strategy is deleted, and that a log may
// leave at any age.
import { describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, type Row } from "../fixtures/insert.ts";
import { moment, strategyRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();

function logRow(overrides: Row = {}): Row & { readonly id: string } {
  const at = moment(5);
  return {
    id: idAt(at),
    logged_at: at.toString(),
    level: "info",
    component: "order-router",
    message: "order routed",
    ...overrides,
  };
}

describe("a log line", () => {
  it.each([
    ["no component", { component: "" }, "system_logs_component_form"],
    ["a padded component", { component: "x " }, "system_logs_component_form"],
    ["a negative duration", { duration_milliseconds: -1 }, "system_logs_duration_range"],
    ["a duration of NaN", { duration_milliseconds: "NaN" }, "system_logs_duration_range"],
    ["an infinite duration", { duration_milliseconds: "Infinity" }, "system_logs_duration_range"],
    ["a context that is a list", { context: "[1]" }, "system_logs_context_is_object"],
    ["a context that is JSON null", { context: "null" }, "system_logs_context_is_object"],
    ["an unknown level", { level: "loud" }, "22P02"],
    ["a strategy that does not exist", { strategy_id: idAt(moment(1)) }, "system_logs_strategy_id_fkey"],
    ["an id of another time", { id: idAt(moment(6)) }, "system_logs_id_holds_logged_at"],
    [
      "an id that holds no time",
      { id: "8a2a9ca2-6b3f-4f0e-9d70-111111111111" },
      "system_logs_id_holds_logged_at",
    ],
    ["a time of infinity", { logged_at: "infinity" }, "system_logs_id_holds_logged_at"],
  ])("is refused with %s", async (_, overrides, constraint) => {
    expect(await refusedBy(insertRow(db.client, "system_logs", logRow(overrides)))).toBe(constraint);
  });

  it("sent twice is one line", async () => {
    const row = logRow();
    await insertRow(db.client, "system_logs", row);
    expect(await refusedBy(insertRow(db.client, "system_logs", row))).toBe("system_logs_pkey");
  });

  it("stays when its strategy is deleted, without naming it", async () => {
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    const row = logRow({ strategy_id: strategy.id });
    await insertRow(db.client, "system_logs", row);
    await db.client.query("delete from strategies where id = $1", [strategy.id]);
    expect(await db.rows("select strategy_id, message from system_logs where id = $1", [row.id])).toEqual([
      { strategy_id: null, message: "order routed" },
    ]);
  });

  it("may be deleted at any age: what must be kept is elsewhere", async () => {
    const row = logRow();
    await insertRow(db.client, "system_logs", row);
    expect((await db.client.query("delete from system_logs where id = $1", [row.id])).rowCount).toBe(1);
  });

  it("takes a message of a megabyte and any characters but NUL", async () => {
    const message = `ключ "💥" \\ ' \n\t${"word ".repeat(180_000)}`;
    const row = logRow({ message });
    await insertRow(db.client, "system_logs", row);
    expect(
      await db.rows("select message = $2 as same from system_logs where id = $1", [row.id, message]),
    ).toEqual([{ same: true }]);
  });
});
