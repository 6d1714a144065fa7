// What is asked of positions. A filter that is not set is NULL; planned for each execution, it vanishes.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";
import { ofPosition } from "./trade-conditions.ts";

/** Every column of positions that a reader is given. */
export const positionColumns = [
  "id",
  "strategy_id",
  "account",
  "exchange",
  "symbol",
  "settlement_currency",
  "contract_multiplier",
  "quantity",
  "cost_basis",
  "average_entry_price",
  "realized_pnl",
  "fill_count",
  "first_fill_at",
  "last_fill_at",
  "purged_through",
  "updated_at",
] as const;

/** A fill count fits a double for as long as there are fewer than 9e15 fills. */
const position = (of?: string): string =>
  selectList(positionColumns, of).replace(/(?:\w+\.)?fill_count as "fillCount"/u, (column) =>
    column.replace("fill_count as", "fill_count::float8 as"),
  );

/** Where fills lie in time: from the first to the last of a position, busted ones included. */
const extent = `min(first_fill_at) as first, max(last_fill_at) as last`;

/** What closing at a price would realise beside what is realised already, in settlement currency, before fees. */
const unrealized = (price: string): string =>
  `(quantity * ${price} - sign(quantity) * cost_basis) * contract_multiplier as "unrealizedPnl"`;

export const positionQueries = [
  catalogued(
    "positions.get",
    "strategy_metrics",
    ["positions_key"],
    `select ${position()} from positions where ${ofPosition}`,
  ),
  catalogued(
    "positions.list_open_by_account",
    "strategy_metrics",
    ["positions_open_account_idx"],
    `select ${position()} from positions
where account = :account and quantity <> 0 and (exchange, symbol, id) > (:cursorExchange, :cursorSymbol, :cursorId)
order by exchange, symbol, id limit :limit`,
  ),
  catalogued(
    "positions.list_open_by_strategy",
    "strategy_metrics",
    ["positions_key"],
    `select ${position()} from positions
where strategy_id = :strategyId and quantity <> 0
  and (account, exchange, symbol) > (:cursorAccount, :cursorExchange, :cursorSymbol)
order by account, exchange, symbol limit :limit`,
  ),
  catalogued(
    "positions.list_open_by_symbol",
    "strategy_metrics",
    ["positions_open_symbol_idx"],
    `select ${position()} from positions
where exchange = :exchange and symbol = :symbol and quantity <> 0 and id > :id
order by id limit :limit`,
  ),
  catalogued(
    "positions.value_at_price",
    "strategy_metrics",
    ["positions_key"],
    `select ${position()}, :markPrice as "markPrice", null::timestamptz as "markedAt", ${unrealized(":markPrice")}
from positions where ${ofPosition}`,
  ),
  catalogued(
    "positions.value_at_last_bar",
    "strategy_metrics",
    ["positions_key", "market_series_pkey"],
    // The close is a float; through text it becomes the shortest decimal that is that float, not 15 digits of it.
    `select ${position("p")}, mark.price as "markPrice", mark.time as "markedAt", ${unrealized("mark.price")}
from positions p
left join lateral (
  select last_close::text::numeric as price, last_time as time from market_series s
  where s.exchange = :exchange and s.symbol = :symbol and s.timeframe = :timeframe
) mark on true
where ${ofPosition.replaceAll(/\b(account|exchange|symbol|strategy_id) (=|is)/gu, "p.$1 $2")}`,
  ),
  catalogued(
    "positions.extent_by_strategy",
    "trade_history",
    ["positions_key"],
    `select ${extent} from positions where strategy_id = :strategyId`,
  ),
  catalogued(
    "positions.extent_by_account",
    "trade_history",
    ["positions_key", "strategy_daily_performance_account_idx"],
    // Of strategies the roll-up knows the days; it leaves out days on which every fill was busted.
    `select least(p.first, d.first_day::timestamp at time zone 'UTC') as first,
  greatest(p.last, (d.last_day + 1)::timestamp at time zone 'UTC') as last
from (select ${extent} from positions where strategy_id is null and account = :account) p
cross join (
  select min(trading_day) as first_day, max(trading_day) as last_day from strategy_daily_performance where account = :account
) d`,
  ),
  catalogued(
    "positions.extent_by_position",
    "trade_history",
    ["positions_key"],
    `select ${extent} from positions where ${ofPosition}`,
  ),
];
