// SQL that notes which orders were filled later than a week after they were placed (tables/late-fill-spans.ts), of the fills of
// a statement or of all there are. Run by the accounting and by its rebuild.

import { usualFillDays } from "../queries/usual-fills.ts";

/** Notes of each order that it was filled later than a week after it was placed (tables/late-fill-spans.ts). */
const lateFills = (fills: string) => /* sql */ `
insert into late_fill_spans as s (order_id, first_executed_at, last_executed_at)
select order_id, min(executed_at), max(executed_at) from ${fills}
where executed_at > uuid_extract_timestamp(order_id) + interval '${usualFillDays} days'
group by order_id order by order_id
on conflict (order_id) do update set
  first_executed_at = least(s.first_executed_at, excluded.first_executed_at),
  last_executed_at = greatest(s.last_executed_at, excluded.last_executed_at)
where s.first_executed_at > excluded.first_executed_at or s.last_executed_at < excluded.last_executed_at;`;

/** PL/pgSQL: of the fills a statement brought. */
export const noteLateFills = lateFills("new_fills");

/** The same of every fill there is, for a rebuild. */
export const noteAllLateFills = `delete from late_fill_spans;${lateFills("trades")}`;
