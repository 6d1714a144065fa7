// Revisions of bars: what a bar said before it was changed or deleted, and from when until when it said so. With the bar
// that stands in market_data they tell what was known at any moment, so that a backtest sees no correction before it was
// made. Written by trigger alone (functions/bar-revisions.ts).
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
} from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";
import { timeframeEnum } from "./enums.ts";

export const marketDataRevisions = pgTable(
  "market_data_revisions",
  {
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    timeframe: timeframeEnum("timeframe").notNull(),
    /** Opening time of the bar. */
    time: instant("time").notNull(),
    open: doublePrecision("open").notNull(),
    high: doublePrecision("high").notNull(),
    low: doublePrecision("low").notNull(),
    close: doublePrecision("close").notNull(),
    volume: doublePrecision("volume").notNull(),
    tradeCount: integer("trade_count"),
    qualityScore: real("quality_score"),
    source: text("source").notNull(),
    rawPayload: jsonb("raw_payload"),
    /** The bar's `ingested_at` while it said this. */
    knownFrom: instant("known_from").notNull(),
    /** When another revision took its place, or the bar was deleted. */
    knownUntil: instant("known_until").notNull(),
    /** Whether it was deleted rather than replaced. */
    wasDeleted: boolean("was_deleted").notNull(),
    /** Who changed it: the role that logged in. */
    replacedBy: text("replaced_by")
      .notNull()
      .default(sql`session_user`),
  },
  (table) => [
    // Query market_data_revisions.list.
    primaryKey({
      name: "market_data_revisions_pkey",
      columns: [table.exchange, table.symbol, table.timeframe, table.time, table.knownUntil],
    }),
    check("market_data_revisions_known_in_order", sql`${table.knownFrom} <= ${table.knownUntil}`),
  ],
);
