// Takes back what write workloads left, so that a seeded database that is used again is what was seeded. Past the triggers, which keep
// records for seven years: nothing that was seeded is touched, since what is written has an account, an exchange and a strategy of its own.
// Invariant: of a table in chunks only those are looked at that a write can have reached.
import { connectDirect, parseConnection } from "@app/database";
import { WRITER } from "./writer.ts";

/** Tables, what tells a written row, and the time of a row where the table lies in chunks. */
const WRITTEN: readonly {
  readonly table: string;
  readonly where: "account" | "exchange" | "component";
  readonly time?: string;
}[] = [
  { table: "trades", where: "account", time: "executed_at" },
  { table: "open_orders", where: "account" },
  { table: "orders", where: "account", time: "created_at" },
  { table: "order_events", where: "account", time: "event_time" },
  { table: "positions", where: "account" },
  { table: "strategy_daily_performance", where: "account" },
  { table: "market_data", where: "exchange", time: "time" },
  { table: "market_data_revisions", where: "exchange" },
  { table: "market_series", where: "exchange" },
  { table: "system_logs", where: "component", time: "logged_at" },
];

/** A write is of the day of its run, and its bars begin five days before: no run is before the end of what was seeded. */
const WRITES_FROM = "select (end_day - 7)::timestamp at time zone 'UTC' as from from bench.seeding";

/** @throws {DatabaseError} where the role may not switch triggers off */
export async function removeWrites(superuserUrl: string): Promise<void> {
  await using connection = await connectDirect(parseConnection(superuserUrl));
  await connection.query("set session_replication_role = replica");
  const { rows } = await connection.query<{ readonly from: Temporal.Instant }>(WRITES_FROM);
  const from = rows[0]?.from;
  for (const { table, where, time } of WRITTEN) {
    const value = where === "exchange" ? WRITER.exchange : WRITER.account;
    if (time === undefined || from === undefined)
      await connection.query(`delete from ${table} where ${where} = $1`, [value]);
    else await connection.query(`delete from ${table} where ${where} = $1 and ${time} >= $2`, [value, from]);
  }
  await connection.query(
    "delete from audit_log where entity_id in (select id::text from strategies where name = $1)",
    [WRITER.strategy],
  );
  await connection.query("delete from strategies where name = $1", [WRITER.strategy]);
}
