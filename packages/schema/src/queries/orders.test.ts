// The columns the order queries select against the tables: none is forgotten, none has another name in TypeScript.
import { getTableColumns } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { orderEvents } from "../tables/order-events.ts";
import { orders } from "../tables/orders.ts";
import { orderEventColumns } from "./order-events.ts";
import { orderColumns } from "./orders.ts";
import { selectList } from "./select-list.ts";

describe("the selected columns of orders and their events", () => {
  it.each([
    ["orders", orders, orderColumns],
    ["order_events", orderEvents, orderEventColumns],
  ] as const)("are all of %s, under the names of its declaration", (_, table, columns) => {
    const declared = Object.entries(getTableColumns(table)).map(([property, { name }]) =>
      property === name ? name : `${name} as "${property}"`,
    );
    expect(selectList(columns)).toBe(declared.join(", "));
  });
});
