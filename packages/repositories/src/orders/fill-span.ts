// Where in time the fills of an order may lie: from the day before it to a week after it, and within the span that is noted of those that
// came later. So a look for them plans some ten chunks, whatever the order's age.
import type { Queryable } from "@app/database";
import { usualFillDays } from "@app/schema/queries";
import { timeOfId } from "../identity/time-ordered-id.ts";
import { catalogued } from "../statements/catalogued-statement.ts";

/** A stretch of time, both ends included. */
export interface FillSpan {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** The span of an order's late fills, as this session sees them; undefined where it has none. */
export async function lateFills(database: Queryable, orderId: string): Promise<FillSpan | undefined> {
  return (await database.query<FillSpan>(catalogued("late_fill_spans.get", { orderId }))).rows[0];
}

/** The end of the time in which an order is filled as a rule. */
export function endOfUsualFills(orderId: string): Temporal.Instant {
  return timeOfId(orderId).add({ hours: usualFillDays * 24 });
}

/** Parameters of a query on the fills of an order: the span of its late ones, an empty one where it has none. */
export async function lateFillValues(database: Queryable, orderId: string): Promise<FillSpan> {
  const to = endOfUsualFills(orderId);
  return (await lateFills(database, orderId)) ?? { from: to.add({ microseconds: 1 }), to };
}
