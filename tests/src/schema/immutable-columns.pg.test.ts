// Rows of record, column by column, as the database itself lists them: a column added later is immutable or is named
// here. And the events of an order, which nobody writes, kept like every other record.
import { beforeAll, describe, expect, it } from "vitest";
import { ageRecords } from "../fixtures/aged-records.ts";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow } from "../fixtures/insert.ts";
import { moment, orderRow, snapshotRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();

beforeAll(async () => {
  await insertRow(db.client, "strategies", strategyRow()); // leaves an audit record
  await insertRow(db.client, "orders", orderRow()); // and an order event
  await insertRow(db.client, "trades", tradeRow({ account: "columns" }));
  await insertRow(db.client, "portfolio_snapshots", snapshotRow());
});

/** What may change, and which rule says how; the rest never does. */
const tables: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    "trades",
    {
      busted_at: "nothing: it was accepted",
      bust_reason: "nothing: it was accepted",
      retain_until: "nothing: it was accepted",
      raw_payload: "nothing: it was accepted",
      realized_pnl: "trades_accounting_computed",
      position_quantity: "trades_accounting_computed",
      position_cost_basis: "trades_accounting_computed",
    },
  ],
  ["order_events", { retain_until: "nothing: it was accepted" }],
  ["audit_log", { retain_until: "nothing: it was accepted" }],
  [
    "portfolio_snapshots",
    { peak_equity: "portfolio_snapshots_peak_computed", retain_until: "nothing: it was accepted" },
  ],
];

/** An expression that gives another value of the column. */
function otherValue(column: string, type: string, enumValues: readonly string[]): string {
  if (enumValues.length > 0) {
    return `case when ${column} = '${enumValues[0]}' then '${enumValues[1]}' else '${enumValues[0]}' end::${type}`;
  }
  switch (type) {
    case "uuid":
      return "uuidv7()";
    case "text":
      return `coalesce(${column}, '') || 'X'`;
    case "timestamp with time zone":
      return "timestamptz '2030-01-01 00:00:00+00'";
    case "date":
      return "date '2040-01-01'";
    case "jsonb":
      return `case when ${column} is null then '[]' else '[{}]' end::jsonb`;
    default:
      return `coalesce(${column}, 0) + 1`;
  }
}

describe.each(tables)("each column of %s", (table, exceptions) => {
  it("keeps its value, unless a rule says otherwise", async () => {
    const columns = await db.rows(
      `select attname as name, format_type(atttypid, null) as type,
         array(select enumlabel::text from pg_enum where enumtypid = atttypid order by enumsortorder) as labels
       from pg_attribute where attrelid = $1::regclass and attnum > 0 and attgenerated = '' order by attnum`,
      [table],
    );
    expect(columns.length).toBeGreaterThan(10);
    const found: Record<string, string | undefined> = {};
    for (const { name, type, labels } of columns) {
      const column = String(name);
      const change = `${column} = ${otherValue(column, String(type), labels as string[])}`;
      await db.client.query("begin");
      if (column === "bust_reason") await db.client.query("update trades set busted_at = executed_at");
      found[column] = await refusedBy(db.client.query(`update ${table} set ${change}`));
      await db.client.query("rollback");
    }
    const immutable = columns.map(({ name }) => [String(name), `${table}_immutable`] as const);
    expect(found).toEqual({ ...Object.fromEntries(immutable), ...exceptions });
  });
});

describe("an event of an order", () => {
  it("stays for its years, then may leave, one by one, never by TRUNCATE", async () => {
    const years = (count: number): number =>
      moment(0)
        .until(Temporal.Now.zonedDateTimeISO("UTC").subtract({ years: count }).toInstant())
        .total("seconds");
    for (const [age, outcome] of [
      [6, "order_events_kept_until"],
      [8, "nothing: it was accepted"],
    ] as const) {
      const order = orderRow({}, Math.round(years(age)));
      await insertRow(db.client, "orders", order);
      await ageRecords(db.client, "order_events");
      const removal = db.client.query("delete from order_events where order_id = $1", [order.id]);
      expect(await refusedBy(removal)).toBe(outcome);
    }
    expect(await refusedBy(db.client.query("truncate order_events"))).toBe("order_events_never_truncated");
  });

  it("inherits how long its order is to be kept", async () => {
    const order = orderRow({ retain_until: "2045-01-01" });
    await insertRow(db.client, "orders", order);
    await db.client.query("update orders set status = 'new' where id = $1", [order.id]);
    expect(
      await db.rows("select distinct retain_until::text as until from order_events where order_id = $1", [
        order.id,
      ]),
    ).toEqual([{ until: "2045-01-01" }]);
  });
});
