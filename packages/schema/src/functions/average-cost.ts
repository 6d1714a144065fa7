// average_cost: the arithmetic of a position, as an aggregate over its fills in order. Exact: cost leaves a
// position as cost x closed / open cut (not rounded) at 18 decimal places, and what is cut off stays in, so over
// the life of a position the P&L adds up to the cash that flowed, to the last digit.
//
// State and result: {quantity, cost basis, P&L realised by the last fill}. A carried-in state starts it; a busted
// fill enters with a signed quantity of 0 and changes nothing.
import { type RepeatableObject, sqlFunction } from "../repeatable-object.ts";

const signature = "numeric, numeric, numeric, numeric, numeric";

export const averageCostStep = sqlFunction(
  "average_cost_step",
  `numeric[], ${signature}`,
  /* sql */ `
create or replace function average_cost_step(
  state numeric[],
  carried_quantity numeric,
  carried_cost numeric,
  signed_quantity numeric,
  price numeric,
  multiplier numeric
) returns numeric[]
language plpgsql immutable parallel safe
as $$
declare
  quantity numeric := coalesce(state[1], carried_quantity);
  cost numeric := coalesce(state[2], carried_cost);
  closed numeric;
  closed_cost numeric;
begin
  if signed_quantity = 0 then
    return array[quantity, cost, 0];
  end if;
  if quantity = 0 or sign(quantity) = sign(signed_quantity) then
    return array[quantity + signed_quantity, cost + abs(signed_quantity) * price, 0];
  end if;
  closed := least(abs(signed_quantity), abs(quantity));
  closed_cost := case
    when closed = abs(quantity) then cost
    else div(cost * closed * 1e18, abs(quantity)) * 0.000000000000000001
  end;
  return array[
    quantity + signed_quantity,
    case
      when abs(signed_quantity) > abs(quantity) then (abs(signed_quantity) - closed) * price
      else cost - closed_cost
    end,
    sign(quantity) * (closed * price - closed_cost) * multiplier
  ];
end
$$`,
);

export const averageCost: RepeatableObject = {
  name: `average_cost(${signature})`,
  kind: "aggregate",
  create: /* sql */ `
create or replace aggregate average_cost(
  carried_quantity numeric,
  carried_cost numeric,
  signed_quantity numeric,
  price numeric,
  multiplier numeric
) (
  sfunc = average_cost_step,
  stype = numeric[],
  parallel = safe
)`.trim(),
  drop: `drop aggregate if exists average_cost(${signature})`,
};
