// Bars that a statement is deleting: each row trigger adds one, and the statement's own trigger sums them per series,
// brings market_series up to date and removes them, so between statements the table is empty. It stands in for the
// transition table of the DELETE, which TimescaleDB refuses beside columnstore ("DELETE triggers with transition tables
// not supported", 2.29.2).
import { bigint, check, pgTable, text } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { timeframeEnum } from "./enums.ts";

export const marketDataDeletions = pgTable(
  "market_data_deletions",
  {
    // Without a key, a publication of all tables would refuse every delete here, and so every delete of a bar.
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    timeframe: timeframeEnum("timeframe").notNull(),
    /** One for a row trigger; a whole chunk's for a chunk that is dropped. */
    bars: bigint("bars", { mode: "number" }).notNull().default(1),
  },
  (table) => [check("market_data_deletions_bars_positive", sql`${table.bars} > 0`)],
);
