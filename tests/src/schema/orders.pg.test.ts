// Orders on a real server: prices by type, the transition table, versions, the event history, references.
import {
  canChangeOrderStatus,
  type FieldRule,
  orderPriceRules,
  type OrderStatus,
  orderStatuses,
  orderTypes,
} from "@app/schema/vocabulary";
import { describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, orderRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const database = useDatabase();
const query = database.rows;

/** Filled quantity of an order for 10, and its average price, that fit a status. */
function fillOf(status: OrderStatus): Row {
  const filled = { filled: "10", partially_filled: "4" }[status as string] ?? "0";
  return { status, filled_quantity: filled, average_fill_price: filled === "0" ? null : "100.5" };
}

describe("the prices of an order", () => {
  const fields = [
    ["limitPrice", "limit_price"],
    ["stopPrice", "stop_price"],
    ["trailingOffset", "trailing_offset"],
  ] as const;
  const allows = (rule: FieldRule, given: boolean): boolean =>
    rule === "optional" || (rule === "required") === given;

  it.each(orderTypes)("of type %s are those its rule asks for, in every combination", async (type) => {
    for (let mask = 0; mask < 8; mask += 1) {
      const given = fields.map((_, bit) => (mask & (1 << bit)) !== 0);
      const prices = Object.fromEntries(
        fields.map(([, column], bit) => [column, given[bit] ? "99.5" : null]),
      );
      const right = fields.every(([name], bit) => allows(orderPriceRules[type][name], given[bit] === true));
      const outcome = await refusedBy(insertRow(database.client, "orders", orderRow({ type, ...prices })));
      expect({ prices, outcome }).toEqual({
        prices,
        outcome: right ? "nothing: it was accepted" : "orders_prices_match_type",
      });
    }
  });
});

describe("the status of an order", () => {
  it.each(orderStatuses)("changes from %s only as the transition table says", async (from) => {
    for (const to of orderStatuses) {
      const order = orderRow(fillOf(from));
      await insertRow(database.client, "orders", order);
      const change = fillOf(to);
      const outcome = await refusedBy(
        database.client.query(
          "update orders set status = $2, filled_quantity = $3, average_fill_price = $4 where id = $1",
          [order.id, to, change["filled_quantity"], change["average_fill_price"]],
        ),
      );
      expect({ from, to, outcome }).toEqual({
        from,
        to,
        outcome: canChangeOrderStatus(from, to) ? "nothing: it was accepted" : "orders_status_transition",
      });
    }
  });

  /** An order for 10 that went through states, each as "status filled quantity". */
  async function orderThrough(...steps: readonly string[]): Promise<string> {
    const order = orderRow({ status: "new" });
    await insertRow(database.client, "orders", order);
    for (const step of steps) {
      expect(await changeTo(order.id, step)).toBe("nothing: it was accepted");
    }
    return order.id;
  }

  const changeTo = (id: string, step: string): Promise<string | undefined> => {
    const [status, filled = "0"] = step.split(" ");
    return refusedBy(
      query("update orders set status = $2, filled_quantity = $3, average_fill_price = $4 where id = $1", [
        id,
        status,
        filled,
        filled === "0" ? null : "100.5",
      ]),
    );
  };

  it.each(["canceled", "expired"])("never says %s where nothing is left to fill", async (ended) => {
    const full = { status: ended, filled_quantity: "10", average_fill_price: "1" };
    expect(await refusedBy(insertRow(database.client, "orders", orderRow(full)))).toBe(
      "orders_filled_matches_status",
    );
    const imported = orderRow(fillOf("filled"));
    await insertRow(database.client, "orders", imported);
    expect(await changeTo(imported.id, `${ended} 10`)).toBe("orders_filled_matches_status");
    const working = await orderThrough("partially_filled 4", "pending_cancel 10");
    expect(await changeTo(working, `${ended} 10`)).toBe("orders_filled_matches_status");
  });

  it.each(["canceled", "expired"])(
    "stays %s through late fills and busts, and never works again",
    async (ended) => {
      const id = await orderThrough(`${ended} 0`, `${ended} 4`, `${ended} 7`, `${ended} 2`);
      for (const working of ["new 0", "partially_filled 4", "pending_cancel 2", "suspended 2"]) {
        expect(await changeTo(id, working)).toBe("orders_status_transition");
      }
      expect(await changeTo(id, "filled 10")).toBe("nothing: it was accepted");
      const other = ended === "canceled" ? "expired" : "canceled";
      for (const revived of ["new 0", "partially_filled 4", `${other} 4`]) {
        expect(await changeTo(id, revived)).toBe("orders_status_transition");
      }
      expect(await changeTo(id, `${ended} 4`)).toBe("nothing: it was accepted");
      expect(await changeTo(id, "filled 10")).toBe("nothing: it was accepted");
      expect(await changeTo(id, `${ended} 0`)).toBe("nothing: it was accepted");
    },
  );

  it("goes back to working when a bust takes a fill of an order nobody canceled", async () => {
    const id = await orderThrough("partially_filled 4", "filled 10");
    expect(await changeTo(id, "canceled 4")).toBe("orders_status_transition");
    expect(await changeTo(id, "expired 4")).toBe("orders_status_transition");
    expect(await changeTo(id, "partially_filled 4")).toBe("nothing: it was accepted");
    expect(await changeTo(id, "new 0")).toBe("nothing: it was accepted");
    expect(await changeTo(id, "canceled 0")).toBe("nothing: it was accepted");
  });

  it.each(["filled 10", "canceled 4", "expired 0", "rejected 0"])(
    "of %s leaves the terms as they were",
    async (last) => {
      const id = await orderThrough(last);
      for (const change of [
        "quantity = 20",
        "client_order_id = 'another'",
        "type = 'limit', limit_price = 5",
        "time_in_force = 'day'",
        "display_quantity = 1",
        "minimum_quantity = 1",
        "reduce_only = true",
        "submitted_at = created_at",
        "source = 'another'",
      ]) {
        expect(await refusedBy(query(`update orders set ${change} where id = $1`, [id])), change).toBe(
          "orders_terms_final",
        );
      }
      await query(
        "update orders set status_reason = 'late', venue_order_id = 'v', venue_mic = 'XNAS' where id = $1",
        [id],
      );
      expect(await refusedBy(query("update orders set venue_order_id = 'w' where id = $1", [id]))).toBe(
        "orders_terms_final",
      );
    },
  );

  it("cannot fall back with another quantity, as if that were a bust", async () => {
    const id = await orderThrough("filled 10");
    const grown = query("update orders set status = 'partially_filled', quantity = 20 where id = $1", [id]);
    expect(await refusedBy(grown)).toBe("orders_terms_final");
  });

  /** A replace whose report comes after the order was done; nothing else of the order may come with it. */
  const replaceOf = (id: string, status: string, more = "") =>
    refusedBy(
      query(
        `update orders set status = $2, quantity = 20, limit_price = limit_price, client_order_id = client_order_id || ' again',
           last_execution_id = 'replace', transact_time = updated_at ${more} where id = $1`,
        [id, status],
      ),
    );

  it.each([
    ["filled 10", "partially_filled"],
    ["canceled 4", "canceled"],
    ["expired 0", "expired"],
  ])("of %s takes new terms from a replace that is reported, and is %s then", async (last, status) => {
    const id = await orderThrough(last);
    expect(await replaceOf(id, status, ", time_in_force = 'day'")).toBe("orders_terms_final");
    expect(await replaceOf(id, status)).toBe("nothing: it was accepted");
    expect(await query("select quantity, status from orders where id = $1", [id])).toEqual([
      { quantity: "20", status },
    ]);
    // The same report brings no second change.
    expect(await refusedBy(query("update orders set quantity = 30 where id = $1", [id]))).toBe(
      status === "partially_filled" ? "nothing: it was accepted" : "orders_terms_final",
    );
  });

  it("of rejected takes none, and of canceled never works again by one", async () => {
    expect(await replaceOf(await orderThrough("rejected 0"), "rejected")).toBe("orders_terms_final");
    expect(await replaceOf(await orderThrough("canceled 4"), "partially_filled")).toBe(
      "orders_status_transition",
    );
  });

  it("takes a fill that comes after the cancel was confirmed", async () => {
    const order = orderRow(fillOf("canceled"));
    await insertRow(database.client, "orders", order);
    await query(
      "update orders set status = 'filled', filled_quantity = 10, average_fill_price = 99 where id = $1",
      [order.id],
    );
    expect(
      await query(
        "select type, from_status, to_status from order_events where order_id = $1 order by order_version",
        [order.id],
      ),
    ).toEqual([
      { type: "created", from_status: null, to_status: "canceled" },
      { type: "filled", from_status: "canceled", to_status: "filled" },
    ]);
  });

  it.each([
    [
      "orders_filled_within_quantity",
      { status: "suspended", filled_quantity: "11", average_fill_price: "1" },
    ],
    ["orders_filled_matches_status", { status: "filled", filled_quantity: "9", average_fill_price: "1" }],
    ["orders_filled_matches_status", { status: "new", filled_quantity: "1", average_fill_price: "1" }],
    ["orders_average_fill_price_when_filled", { status: "canceled", filled_quantity: "1" }],
    ["orders_quantity_positive", { quantity: "0" }],
    ["orders_quantity_positive", { quantity: "NaN" }],
    ["orders_quantity_positive", { quantity: "0.1234567890123456789" }],
    ["orders_expires_at_for_gtd", { time_in_force: "gtd" }],
    ["orders_expires_at_for_gtd", { expires_at: moment(999).toString() }],
    ["orders_venue_mic_form", { venue_mic: "xnas" }],
    ["orders_instrument_isin_form", { instrument_isin: "US0378331" }],
    ["orders_codes_form", { account: " padded" }],
    ["orders_codes_form", { symbol: "" }],
    ["orders_id_holds_created_at", { id: idAt(moment(11)) }],
    ["orders_id_holds_created_at", { id: "8a2a9ca2-6b3f-4f0e-9d70-111111111111" }],
    ["orders_retain_until_lengthens", { retain_until: "2030-01-01" }],
    ["orders_partial_quantities_within_quantity", { display_quantity: "11" }],
  ])("and its quantities: %s refuses %o", async (constraint, overrides) => {
    expect(await refusedBy(insertRow(database.client, "orders", orderRow(overrides)))).toBe(constraint);
  });
});

describe("a change of an order", () => {
  it("computes what remains, counts the version and leaves one event", async () => {
    const order = orderRow({ quantity: "10.5" });
    await insertRow(database.client, "orders", order);
    await query("update orders set status = 'new', venue_order_id = 'v1' where id = $1", [order.id]);
    await query(
      "update orders set status = 'partially_filled', filled_quantity = 3.25, average_fill_price = 7, last_execution_id = 'e1' where id = $1",
      [order.id],
    );
    await query("update orders set status = 'pending_replace' where id = $1", [order.id]);
    await query("update orders set status = 'partially_filled', quantity = 20 where id = $1", [order.id]);
    await query("update orders set status = 'pending_cancel', status_reason = 'end of day' where id = $1", [
      order.id,
    ]);
    await query("update orders set status = 'canceled' where id = $1", [order.id]);
    expect(await query("select version, remaining_quantity from orders where id = $1", [order.id])).toEqual([
      { version: 7, remaining_quantity: "16.75" },
    ]);
    const events = await query(
      "select order_version as version, type, execution_id, changes from order_events where order_id = $1 order by order_version",
      [order.id],
    );
    expect(events).toEqual([
      { version: 1, type: "created", execution_id: null, changes: null },
      { version: 2, type: "accepted", execution_id: null, changes: { venue_order_id: [null, "v1"] } },
      { version: 3, type: "filled", execution_id: "e1", changes: null },
      { version: 4, type: "replace_requested", execution_id: "e1", changes: null },
      { version: 5, type: "replaced", execution_id: "e1", changes: { quantity: [10.5, 20] } },
      { version: 6, type: "cancel_requested", execution_id: "e1", changes: null },
      { version: 7, type: "canceled", execution_id: "e1", changes: null },
    ]);
  });

  it("that changes nothing counts no version and leaves no event", async () => {
    const order = orderRow({ status: "new" });
    await insertRow(database.client, "orders", order);
    await query("update orders set status = 'new' where id = $1", [order.id]);
    expect(await query("select version from orders where id = $1", [order.id])).toEqual([{ version: 1 }]);
    expect(
      await query("select count(*)::int as n from order_events where order_id = $1", [order.id]),
    ).toEqual([{ n: 1 }]);
  });

  it("that is rolled back leaves no event", async () => {
    const order = orderRow({ status: "new" });
    await insertRow(database.client, "orders", order);
    await query("begin");
    await query("update orders set status = 'canceled' where id = $1", [order.id]);
    await query("rollback");
    expect(await query("select type from order_events where order_id = $1", [order.id])).toEqual([
      { type: "created" },
    ]);
  });

  it.each([
    "account = 'other'",
    "symbol = 'other'",
    "side = 'sell'",
    "created_at = created_at + interval '1 day'",
  ])("cannot make it another order: %s", async (change) => {
    const order = orderRow();
    await insertRow(database.client, "orders", order);
    expect(await refusedBy(query(`update orders set ${change} where id = $1`, [order.id]))).toBe(
      "orders_immutable",
    );
  });

  it("cannot rewrite its history, nor add to it by hand", async () => {
    await insertRow(database.client, "orders", orderRow());
    expect(await refusedBy(query("update order_events set reason = 'x'"))).toBe("order_events_immutable");
    expect(await refusedBy(query("delete from order_events"))).toBe("order_events_kept_until");
    expect(await refusedBy(query("insert into order_events select * from order_events limit 1"))).toBe(
      "order_events_computed",
    );
  });
});

describe("a parent order", () => {
  const bracket = (): Row[] => {
    const parent = orderRow();
    const child = orderRow(
      { parent_order_id: parent.id, type: "limit", limit_price: "110", side: "sell" },
      11,
    );
    return [{ parent_order_id: null, limit_price: null, ...parent }, child];
  };

  it.each([
    ["first", (rows: Row[]) => rows],
    ["last", (rows: Row[]) => rows.toReversed()],
  ])("may come %s in the transaction", async (_, arrange) => {
    const rows = bracket();
    await query("begin");
    for (const row of arrange(rows)) await insertRow(database.client, "orders", row);
    await query("commit");
    expect(
      await query("select 1 from orders where id = any($1)", [rows.map((row) => row["id"])]),
    ).toHaveLength(2);
  });

  it("must exist when the transaction commits", async () => {
    const [, child] = bracket();
    expect(await refusedBy(insertRows(database.client, "orders", child === undefined ? [] : [child]))).toBe(
      "orders_parent_order_id_exists",
    );
  });

  it("is not the order itself", async () => {
    const order = orderRow();
    expect(
      await refusedBy(insertRow(database.client, "orders", { ...order, parent_order_id: order.id })),
    ).toBe("orders_not_its_own_parent");
  });
});
