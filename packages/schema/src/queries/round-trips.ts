// What is asked of trades to make round trips of them: the fills of a position, where a trip begins or ends, and how far bars
// went while one was open.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";
import { fillsForward, newestFirst, ofPosition } from "./trade-conditions.ts";

/** What a round trip is made of. */
const tripFill = selectList([
  "id",
  "executed_at",
  "side",
  "quantity",
  "price",
  "contract_multiplier",
  "settlement_currency",
  "fee",
  "fee_currency",
  "realized_pnl",
  "position_quantity",
]);

export const roundTripQueries = [
  catalogued(
    "trades.trip_fills",
    "trade_history",
    ["trades_position_idx"],
    `select ${tripFill} from trades where ${ofPosition} and busted_at is null and ${fillsForward}`,
  ),
  catalogued(
    "trades.trip_boundary",
    "trade_history",
    ["trades_position_idx"],
    // Flat after it, or no more than its own quantity open on its own side: it ended a round trip or began one.
    `select ${tripFill} from trades
where ${ofPosition}
  and executed_at >= :from and executed_at <= :cursorTime and (executed_at <> :cursorTime or id <= :cursorId)
  and busted_at is null
  and (position_quantity = 0
    or ((side = 'buy') = (position_quantity > 0) and abs(position_quantity) <= quantity))
${newestFirst} limit 1`,
  ),
  catalogued(
    "trades.trip_excursions",
    "trade_history",
    // For the few fills of a trip the planner also takes trades_symbol_executed_at_idx, which is smaller.
    ["market_data_pkey"],
    // Between two fills the average entry stands still: of each such stretch the lowest low and the highest high are enough.
    // Bars are floats; through text they become the shortest decimal that is that float, not 15 digits of it.
    `select trip.trip, max(move.against) as "adversePrice", max(move.towards) as "favorablePrice",
  max(move.loss) as "adverseAmount", max(move.gain) as "favorableAmount"
from jsonb_to_recordset(:trips) as trip (
  trip int, opened_at timestamptz, opened_by uuid, closed_at timestamptz, closed_by uuid)
cross join lateral (
  select executed_at as begins, lead(executed_at, 1, trip.closed_at) over (order by executed_at, id) as ends,
    position_quantity as held, position_cost_basis as cost, contract_multiplier as multiplier
  from trades
  where ${ofPosition} and executed_at >= :from and executed_at <= :to
    and executed_at >= trip.opened_at and executed_at <= trip.closed_at
    and (executed_at, id) >= (trip.opened_at, trip.opened_by) and (executed_at, id) < (trip.closed_at, trip.closed_by)
) stretch
cross join lateral (
  select min(low)::text::numeric as low, max(high)::text::numeric as high
  from market_data
  where exchange = :exchange and symbol = :symbol and timeframe = :timeframe and time >= :from and time < :to
    and time >= stretch.begins and time < stretch.ends and time <= trip.closed_at - :milliseconds * interval '1 millisecond'
) bars
cross join lateral (
  select div(cost * 1e18, abs(held)) * 0.000000000000000001 as entry, abs(held) as open
  where held <> 0 and low is not null
) average
cross join lateral (
  select case when held > 0 then entry - low else high - entry end as against,
    case when held > 0 then high - entry else entry - low end as towards,
    case when held > 0 then cost - open * low else open * high - cost end * multiplier as loss,
    case when held > 0 then open * high - cost else cost - open * low end * multiplier as gain
) move
group by trip.trip`,
  ),
];
