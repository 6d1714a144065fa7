// Every moment in every table a caller writes: kept to the microsecond, whatever the session's zone and style, and
// never infinite, since no Temporal.Instant is.
import { describe, expect, it } from "vitest";
import { openClient, refusedBy } from "../fixtures/client.ts";
import { insertRow, type Row } from "../fixtures/insert.ts";
import { barRow, orderRow, snapshotRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();

const auditRow = (): Row => ({ action: "test", entity_type: "thing", entity_id: "1" });
const logRow = (): Row => ({ level: "info", component: "test", message: "test" });

/** Tables, their own time where the id holds it, and a row that leaves every moment free to be given. */
const tables: readonly (readonly [string, string | undefined, () => Row])[] = [
  ["strategies", "created_at", strategyRow],
  ["orders", "created_at", () => orderRow({ time_in_force: "gtd" })],
  ["trades", "executed_at", () => tradeRow({ account: "instants" })],
  ["market_data", undefined, barRow],
  ["portfolio_snapshots", "taken_at", snapshotRow],
  ["audit_log", "occurred_at", auditRow],
  ["system_logs", "logged_at", logRow],
];

const columnsOf = async (table: string, type: string): Promise<string[]> =>
  (
    await db.rows(
      "select attname from pg_attribute where attrelid = $1::regclass and atttypid = $2::regtype and attnum > 0 order by attname",
      [table, type],
    )
  ).map((row) => String(row["attname"]));

const start = Temporal.Instant.from("2026-03-02T09:00:00.000001Z");

/** Moments a caller gives; that of the recording is the database's own. */
const momentsOf = async (table: string): Promise<string[]> =>
  (await columnsOf(table, "timestamptz")).filter((column) => column !== "recorded_at");

/** A row whose moments all differ, each with microseconds of its own; the id holds the first. */
function rowWithMoments(make: () => Row, time: string | undefined, columns: readonly string[]): Row {
  const ordered = [
    ...columns.filter((column) => column === time),
    ...columns.filter((column) => column !== time),
  ];
  const moments = ordered.map(
    (column, index) => [column, start.add({ microseconds: index * 1_000_007 })] as const,
  );
  return {
    ...make(),
    ...(time === undefined ? {} : { id: idAt(start) }),
    ...Object.fromEntries(moments.map(([column, at]) => [column, at.toString()])),
  };
}

describe.each(tables)("the moments of %s", (table, time, make) => {
  it("keep their microseconds in any zone and style", async () => {
    const columns = await momentsOf(table);
    const row = rowWithMoments(make, time, columns);
    const session = await openClient(db.database.url);
    await session.query("set timezone = 'Australia/Lord_Howe'; set datestyle = 'SQL, DMY'");
    await insertRow(session, table, row);
    await session.end();
    const selected = columns.map(
      (column) => `(extract(epoch from ${column}) * 1000000)::bigint as ${column}`,
    );
    const own = time ?? "time";
    const [stored] = await db.rows(`select ${selected.join(", ")} from ${table} where ${own} = $1`, [
      row[own],
    ]);
    const microseconds = (column: string): string =>
      (Temporal.Instant.from(String(row[column])).epochNanoseconds / 1000n).toString();
    expect(stored).toEqual(Object.fromEntries(columns.map((column) => [column, microseconds(column)])));
  });

  it("are never infinite, nor is a date", async () => {
    const columns = await momentsOf(table);
    const accepted: string[] = [];
    for (const column of [...columns, ...(await columnsOf(table, "date"))]) {
      for (const value of ["infinity", "-infinity"]) {
        const row = { ...rowWithMoments(make, time, columns), [column]: value };
        const constraint = await refusedBy(insertRow(db.client, table, row));
        // 22008: a hypertable has no chunk for it.
        const refused = constraint === "22008" || constraint?.startsWith(`${table}_`) === true;
        if (!refused || constraint.endsWith("_key")) {
          accepted.push(`${column} ${value}: ${constraint}`);
        }
      }
    }
    expect(accepted).toEqual([]);
  });
});
