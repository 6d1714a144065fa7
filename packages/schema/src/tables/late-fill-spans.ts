// Orders that were filled long after they were placed: from when until when. Fills of an order lie within a week of it, but for those of
// one that rests for months; a look for the fills of one would plan every chunk since, so the exceptions are noted here. A fill that is
// busted stays within the span. Written by trigger alone (functions/fill-accounting.ts).
import { pgTable, uuid } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";

export const lateFillSpans = pgTable("late_fill_spans", {
  orderId: uuid("order_id").primaryKey(),
  /** Times of the first and the last of its fills that are more than a week later than the order, whose time its id holds. */
  firstExecutedAt: instant("first_executed_at").notNull(),
  lastExecutedAt: instant("last_executed_at").notNull(),
});
