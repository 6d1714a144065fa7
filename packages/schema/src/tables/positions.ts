// Positions: what is open, per strategy, account and instrument, by average cost. Written by the fill
// accounting alone (functions/fill-accounting.ts); the row is also the lock that makes two sessions account
// fills of one position one after the other.
import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, numeric, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";
import { strategies } from "./strategies.ts";

export const positions = pgTable(
  "positions",
  {
    id: uuid("id")
      .primaryKey()
      .default(sql`uuidv7()`),
    /** NULL for fills that belong to no strategy; those make a position of their own. */
    strategyId: uuid("strategy_id"),
    account: text("account").notNull(),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    settlementCurrency: text("settlement_currency").notNull(),
    contractMultiplier: numeric("contract_multiplier").notNull(),
    /** Positive long, negative short, zero flat. */
    quantity: numeric("quantity").notNull().default("0"),
    /** What the open quantity cost, in quantity x price without the multiplier. */
    costBasis: numeric("cost_basis").notNull().default("0"),
    /** Cost basis over quantity, cut at 18 decimal places; NULL when flat. */
    averageEntryPrice: numeric("average_entry_price").generatedAlwaysAs(
      sql`case when quantity <> 0 then div(cost_basis * 1e18, abs(quantity)) * 0.000000000000000001 end`,
    ),
    /** Since the first fill, before fees. */
    realizedPnl: numeric("realized_pnl").notNull().default("0"),
    /** Fills that count, busted ones left out. */
    fillCount: bigint("fill_count", { mode: "number" }).notNull().default(0),
    firstFillAt: instant("first_fill_at"),
    /** The last fill in the order of accounting; a fill after it is accounted without reading history. */
    lastFillAt: instant("last_fill_at"),
    lastFillId: uuid("last_fill_id"),
    /**
     * Time of the newest fill that left the database after its years; NULL while all are there. Nothing at or before it can
     * be accounted any more. Kept by trigger, and by `note_purged_fills` before whole chunks are dropped.
     */
    purgedThrough: instant("purged_through"),
    updatedAt: instant("updated_at")
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    unique("positions_key")
      .on(table.strategyId, table.account, table.exchange, table.symbol)
      .nullsNotDistinct(),
    foreignKey({
      name: "positions_strategy_id_fkey",
      columns: [table.strategyId],
      foreignColumns: [strategies.id],
    }).onDelete("cascade"),
    check(
      "positions_cost_basis_matches_quantity",
      sql`${table.costBasis} >= 0 and (${table.quantity} = 0) = (${table.costBasis} = 0)`,
    ),
    check("positions_fill_count_not_negative", sql`${table.fillCount} >= 0`),

    // Query positions.list_open_by_account.
    index("positions_open_account_idx")
      .on(table.account, table.exchange, table.symbol)
      .where(sql`${table.quantity} <> 0`),
    // Query positions.list_open_by_symbol: exposure to one instrument over all strategies.
    index("positions_open_symbol_idx")
      .on(table.exchange, table.symbol)
      .where(sql`${table.quantity} <> 0`),
  ],
);
