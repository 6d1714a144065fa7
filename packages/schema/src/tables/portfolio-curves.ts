// Portfolio curves: one row per equity curve, with its last snapshot and its peak. Written by the trigger that keeps
// the running peak (functions/running-peak.ts); the row is also the lock that makes two sessions extend one curve one
// after the other, and that tells one with an older snapshot of the database (repeatable read) to try again.
import { sql } from "drizzle-orm";
import { foreignKey, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { exactDecimal } from "../columns/exact-decimal.ts";
import { instant } from "../columns/instant.ts";
import { strategies } from "./strategies.ts";

export const portfolioCurves = pgTable(
  "portfolio_curves",
  {
    id: uuid("id")
      .primaryKey()
      .default(sql`uuidv7()`),
    account: text("account").notNull(),
    /** NULL for the whole account. */
    strategyId: uuid("strategy_id"),
    currency: text("currency").notNull(),

    // NULL only between the insert and the end of its statement.
    /** Highest equity of the whole curve, snapshots that have left the database included. */
    peakEquity: exactDecimal("peak_equity"),
    /** The last snapshot by time, then id; one after it needs no look at history. */
    lastTakenAt: instant("last_taken_at"),
    lastSnapshotId: uuid("last_snapshot_id"),
  },
  (table) => [
    // Query portfolio_curves.get.
    unique("portfolio_curves_key").on(table.account, table.strategyId, table.currency).nullsNotDistinct(),
    foreignKey({
      name: "portfolio_curves_strategy_id_fkey",
      columns: [table.strategyId],
      foreignColumns: [strategies.id],
    }).onDelete("cascade"),
  ],
);
