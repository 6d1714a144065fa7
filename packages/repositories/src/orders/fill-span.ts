// Until when the fills of an order may lie: a week after it was placed, or what is noted of one that was filled later. So a look for
// them plans some eight chunks, whatever the order's age.
import type { Queryable } from "@app/database";
import { timeOfId } from "../identity/time-ordered-id.ts";
import { catalogued } from "../statements/catalogued-statement.ts";

/** As order_fill_spans has it; a fill later than that is noted there. */
const USUAL_HOURS = 7 * 24;

/** The moment behind which no fill of the order lies, as far as this session sees. */
export async function endOfFills(database: Queryable, orderId: string): Promise<Temporal.Instant> {
  const usual = timeOfId(orderId).add({ hours: USUAL_HOURS });
  const { rows } = await database.query<{ readonly lastExecutedAt: Temporal.Instant }>(
    catalogued("order_fill_spans.get", { orderId }),
  );
  return rows[0]?.lastExecutedAt ?? usual;
}
