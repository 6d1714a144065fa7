// order_status_can_become: the transition table of vocabulary/order-status.ts as a function, so that there is one
// declaration and two readers.
import { sqlFunction } from "../repeatable-object.ts";
import { orderStatuses, orderStatusTransitions } from "../vocabulary/order-status.ts";

const branches = orderStatuses
  .map((from) => {
    const next = orderStatusTransitions[from].map((to) => `'${to}'`).join(", ");
    return `  when '${from}' then ${next === "" ? "false" : `to_status in (${next})`}`;
  })
  .join("\n");

export const orderStatusCanBecome = sqlFunction(
  "order_status_can_become",
  "order_status, order_status",
  /* sql */ `
create or replace function order_status_can_become(from_status order_status, to_status order_status) returns boolean
language sql immutable strict parallel safe
return from_status = to_status or case from_status
${branches}
end`,
);
