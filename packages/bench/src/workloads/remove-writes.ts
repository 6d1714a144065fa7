// Takes back what write workloads left, so that a seeded database that is used again is what was seeded. Past the triggers, which keep
// records for seven years: nothing that was seeded is touched, since what is written has an account, an exchange and a strategy of its own.
import { connectDirect, parseConnection } from "@app/database";
import { WRITER } from "./writer.ts";

const OF_ACCOUNT = [
  "trades",
  "open_orders",
  "orders",
  "order_events",
  "positions",
  "strategy_daily_performance",
] as const;
const OF_EXCHANGE = ["market_data", "market_data_revisions", "market_series"] as const;

/** @throws {DatabaseError} where the role may not switch triggers off */
export async function removeWrites(superuserUrl: string): Promise<void> {
  await using connection = await connectDirect(parseConnection(superuserUrl));
  await connection.query("set session_replication_role = replica");
  for (const table of OF_ACCOUNT)
    await connection.query(`delete from ${table} where account = $1`, [WRITER.account]);
  for (const table of OF_EXCHANGE)
    await connection.query(`delete from ${table} where exchange = $1`, [WRITER.exchange]);
  await connection.query("delete from system_logs where component = $1", [WRITER.account]);
  await connection.query(
    "delete from audit_log where entity_id in (select id::text from strategies where name = $1)",
    [WRITER.strategy],
  );
  await connection.query("delete from strategies where name = $1", [WRITER.strategy]);
}
