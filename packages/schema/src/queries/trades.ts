// What is asked of trades. A list is read newest first, behind a cursor and down to a bound: both stand as plain conditions on
// the time too, since TimescaleDB leaves no chunk out by a comparison of rows. A filter that is not set is NULL; planned for
// each execution, it vanishes.
import { behindCursor } from "./behind-cursor.ts";
import { catalogued } from "./catalogued-query.ts";
import { realizedPnlQueries } from "./realized-pnl.ts";
import { roundTripQueries } from "./round-trips.ts";
import { selectList } from "./select-list.ts";
import { fillsForward, newestFirst, ofPosition } from "./trade-conditions.ts";

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

const behind = behindCursor("executed_at");

const listOf = (where: string): string =>
  `select ${trade} from trades
where ${where} and ${behind} and (:includeBusted or busted_at is null)
${newestFirst} limit :limit`;

/** As a list, of what passes filters; `offset 0` keeps them from the choice of the index. Bounded by `edgeOf`. */
const searchOf = (where: string): string =>
  `select * from (
  select ${trade} from trades where ${where} and ${behind}
  ${newestFirst} offset 0
) looked_at
where (:side is null or side = :side)
  and case :pnlSign when 1 then "realizedPnl" > 0 when 0 then "realizedPnl" = 0 when -1 then "realizedPnl" < 0 else true end
  and (:includeBusted or "bustedAt" is null)
limit :limit`;

/** The fill `limit` places further back: how far a search looks. */
const edgeOf = (where: string): string =>
  `select executed_at as time, id from trades
where ${where} and ${behind}
${newestFirst} offset :limit limit 1`;

const ofStrategy = `strategy_id = :strategyId`;
const ofAccount = `account = :account`;
const ofSymbol = `exchange = :exchange and symbol = :symbol`;
const ofOrder = `order_id = :orderId`;

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
  and (:includeBusted or busted_at is null) and ${fillsForward}`,
  ),
  catalogued(
    "trades.list_busted",
    "operations",
    ["trades_busted_idx"],
    // Nothing is busted before it was executed: what lies behind the cursor leaves chunks out, at the newer end.
    `select ${trade} from trades
where busted_at >= :from and busted_at <= :cursorTime and (busted_at, id) < (:cursorTime, :cursorId)
  and executed_at <= :cursorTime
order by busted_at desc, id desc limit :limit`,
  ),
  ...roundTripQueries,
  ...realizedPnlQueries,
];
