// Orders that were filled long after they were placed: until when. Fills of an order lie within a week of it, but for those of an order
// that rests for months; a look for the fills of one would plan every chunk since, so the exceptions are noted here. A fill that is
// busted stays within the span. Written by trigger alone (functions/fill-accounting.ts).
import { pgTable, uuid } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";

export const orderFillSpans = pgTable("order_fill_spans", {
  orderId: uuid("order_id").primaryKey(),
  /** Time of its latest fill, more than a week after the order's own, which its id holds. */
  lastExecutedAt: instant("last_executed_at").notNull(),
});
