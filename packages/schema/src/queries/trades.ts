// What is asked of trades. A list is read newest first, behind a cursor and down to a bound: both stand as plain conditions on
// the time too, since TimescaleDB leaves no chunk out by a comparison of rows. A filter that is not set is NULL; planned for
// each execution, it vanishes.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

/** Every column of trades, in the table's order. */
export const tradeColumns = [
  "id",
  "executed_at",
  "account",
  "strategy_id",
  "order_id",
  "exchange",
  "symbol",
  "exchange_trade_id",
  "correction",
  "side",
  "quantity",
  "price",
  "contract_multiplier",
  "notional",
  "settlement_currency",
  "fee",
  "fee_currency",
  "liquidity",
  "realized_pnl",
  "position_quantity",
  "position_cost_basis",
  "busted_at",
  "bust_reason",
  "source",
  "raw_payload",
  "recorded_at",
  "venue_mic",
  "instrument_isin",
  "venue_transaction_id",
  "trading_capacity",
  "investment_decision_algorithm_id",
  "execution_algorithm_id",
  "decision_maker_id",
  "retain_until",
] as const;

const trade = selectList(tradeColumns);

/** One position's fills; those of no strategy are a position too. */
const ofPosition = `(strategy_id = :strategyId or (:strategyId is null and strategy_id is null))
  and account = :account and exchange = :exchange and symbol = :symbol`;

const behindCursor = `executed_at >= :from and executed_at <= :cursorTime and (executed_at, id) < (:cursorTime, :cursorId)`;

const newestFirst = `order by executed_at desc, id desc`;

const listOf = (where: string): string =>
  `select ${trade} from trades
where ${where} and ${behindCursor} and (:includeBusted or busted_at is null)
${newestFirst} limit :limit`;

/** As a list, of what passes filters; `offset 0` keeps them from the choice of the index. Bounded by `edgeOf`. */
const searchOf = (where: string): string =>
  `select * from (
  select ${trade} from trades where ${where} and ${behindCursor}
  ${newestFirst} offset 0
) looked_at
where (:side is null or side = :side)
  and (:pnlSign is null or sign("realizedPnl") = :pnlSign)
  and (:includeBusted or "bustedAt" is null)
limit :limit`;

/** The fill `limit` places further back: how far a search looks. */
const edgeOf = (where: string): string =>
  `select executed_at as time, id from trades
where ${where} and ${behindCursor}
${newestFirst} offset :limit limit 1`;

const ofStrategy = `strategy_id = :strategyId`;
const ofAccount = `account = :account`;
const ofSymbol = `exchange = :exchange and symbol = :symbol`;
const ofOrder = `order_id = :orderId`;

/** What a fill earned and what it cost, in the currency of each; the roll-up counts the same two ways. */
const earnings = `cross join lateral (values
    (settlement_currency, 1, greatest(realized_pnl, 0), greatest(-realized_pnl, 0), 0::numeric),
    (fee_currency, 0, 0, 0, fee)
  ) as earned (currency, trades, profit, loss, fee)`;

/** Sums per period and currency, and the running sum since the beginning of the range. */
const seriesOf = (days: string): string => `with days (day, currency, trades, profit, loss, fee) as (
  ${days}
), periods as (
  select date_trunc(:resolution, day::timestamp)::date as period, currency, sum(trades)::float8 as "tradeCount",
    sum(profit) as "grossProfit", sum(loss) as "grossLoss", sum(profit - loss) as "realizedPnl", sum(fee) as fees,
    sum(profit - loss - fee) as "netPnl"
  from days group by 1, 2
)
select *, sum("netPnl") over (partition by currency order by period) as "cumulativeNetPnl"
from periods order by period, currency`;

const rolledUp = `select trading_day, currency, trade_count, gross_profit, gross_loss, fees
  from strategy_daily_performance`;

const fillsForward = `executed_at >= :from and (executed_at, id) > (:from, :cursorId) and executed_at < :to
order by executed_at, id limit :limit`;

const pnlFill = selectList([
  "id",
  "executed_at",
  "settlement_currency",
  "realized_pnl",
  "fee",
  "fee_currency",
]);

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

export const tradeQueries = [
  catalogued(
    "trades.get",
    "trade_history",
    ["trades_pkey"],
    // The id holds its row's time, so one chunk is touched.
    `select ${trade} from trades
where id = :id
  and executed_at >= uuid_extract_timestamp(:id)
  and executed_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "trades.find_recorded",
    "trade_history",
    // Fills of one instrument at one microsecond are few; where they are not, the planner takes trades_exchange_trade_id_key.
    ["trades_symbol_executed_at_idx"],
    `select ${selectList(tradeColumns, "t")}
from jsonb_to_recordset(:keys) as k (
  exchange text, account text, symbol text, side order_side, exchange_trade_id text, executed_at timestamptz, correction smallint)
join trades t using (exchange, account, symbol, side, exchange_trade_id, executed_at, correction)
where t.executed_at >= :from and t.executed_at <= :to`,
  ),
  catalogued(
    "trades.find_by_exchange_trade_id",
    "trade_history",
    ["trades_exchange_trade_id_key"],
    `select ${trade} from trades
where exchange = :exchange and account = :account and symbol = :symbol and side = :side
  and exchange_trade_id = :exchangeTradeId and executed_at >= :from and executed_at < :to
order by executed_at desc, correction desc limit 1`,
  ),
  catalogued(
    "trades.list_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    listOf(ofStrategy),
  ),
  catalogued(
    "trades.search_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    searchOf(ofStrategy),
  ),
  catalogued(
    "trades.edge_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    edgeOf(ofStrategy),
  ),
  catalogued(
    "trades.list_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    listOf(ofAccount),
  ),
  catalogued(
    "trades.search_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    searchOf(ofAccount),
  ),
  catalogued(
    "trades.edge_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    edgeOf(ofAccount),
  ),
  catalogued("trades.list_by_symbol", "trade_history", ["trades_symbol_executed_at_idx"], listOf(ofSymbol)),
  catalogued(
    "trades.search_by_symbol",
    "trade_history",
    ["trades_symbol_executed_at_idx"],
    searchOf(ofSymbol),
  ),
  catalogued("trades.edge_by_symbol", "trade_history", ["trades_symbol_executed_at_idx"], edgeOf(ofSymbol)),
  catalogued("trades.list_by_position", "trade_history", ["trades_position_idx"], listOf(ofPosition)),
  catalogued("trades.search_by_position", "trade_history", ["trades_position_idx"], searchOf(ofPosition)),
  catalogued("trades.edge_by_position", "trade_history", ["trades_position_idx"], edgeOf(ofPosition)),
  catalogued("trades.list_by_order", "trade_history", ["trades_order_idx"], listOf(ofOrder)),
  catalogued("trades.search_by_order", "trade_history", ["trades_order_idx"], searchOf(ofOrder)),
  catalogued("trades.edge_by_order", "trade_history", ["trades_order_idx"], edgeOf(ofOrder)),
  catalogued(
    "trades.position_history",
    "trade_history",
    ["trades_position_idx"],
    `select ${trade} from trades
where ${ofPosition}
  and executed_at >= :from and (executed_at, id) > (:from, :cursorId) and executed_at < :to
  and (:includeBusted or busted_at is null)
order by executed_at, id limit :limit`,
  ),
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
  and executed_at >= :from and executed_at <= :cursorTime and (executed_at, id) <= (:cursorTime, :cursorId)
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
  catalogued(
    "trades.pnl_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    `select ${pnlFill} from trades where ${ofStrategy} and busted_at is null and ${fillsForward}`,
  ),
  catalogued(
    "trades.pnl_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    `select ${pnlFill} from trades where ${ofAccount} and busted_at is null and ${fillsForward}`,
  ),
  catalogued(
    "strategy_daily_performance.series_by_strategy",
    "strategy_metrics",
    ["strategy_daily_performance_pkey"],
    seriesOf(`${rolledUp} where strategy_id = :strategyId and trading_day between :fromDay and :toDay`),
  ),
  catalogued(
    "strategy_daily_performance.series_by_account",
    "strategy_metrics",
    ["strategy_daily_performance_account_idx"],
    // Fills of no strategy are in no roll-up.
    seriesOf(`${rolledUp} where account = :account and trading_day between :fromDay and :toDay
  union all
  select (executed_at at time zone 'UTC')::date, earned.currency, earned.trades, earned.profit, earned.loss, earned.fee
  from trades ${earnings}
  where strategy_id is null and account = :account and busted_at is null
    and executed_at >= :fromDay::timestamp at time zone 'UTC'
    and executed_at < (:toDay + 1)::timestamp at time zone 'UTC'
    and (earned.trades = 1 or earned.fee <> 0)`),
  ),
  catalogued(
    "trades.list_busted",
    "operations",
    ["trades_busted_idx"],
    `select ${trade} from trades where busted_at >= :from order by busted_at desc limit :limit`,
  ),
];
