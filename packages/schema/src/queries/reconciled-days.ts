// What reconciliation asks of a day: its fills, and what orders and daily sums say of them. Each question is there three
// times, as three indexes answer it: of everything, of an account, of a strategy.
import { catalogued, type CataloguedQuery } from "./catalogued-query.ts";
import { reconciledOrder as order } from "./reconciled-order.ts";

/** How a question is narrowed, and by which index of trades and of orders. */
const scopes = {
  // The ids hold the time, so the primary key finds a day where no index leads with the time alone.
  all: {
    where: (time: string) => `id > :cursorId and id < :toId and ${time} >= :from and ${time} < :to`,
    trades: "trades_pkey",
  },
  account: {
    where: (time: string) => `account = :account and ${time} >= :from and ${time} < :to`,
    trades: "trades_account_executed_at_idx",
  },
  strategy: {
    // Said so that no index takes the account: that of positions has it before the time, and would read years for a day.
    where: (time: string) =>
      `strategy_id = :strategyId and account is not distinct from coalesce(:account, account) and ${time} >= :from and ${time} < :to`,
    trades: "trades_strategy_executed_at_idx",
  },
} as const;

/** A question about the fills of a day, in its three variants. */
function perDay<const Name extends string>(
  name: Name,
  indexes: readonly string[],
  text: (where: string) => string,
): readonly [
  CataloguedQuery<Name>,
  CataloguedQuery<`${Name}_of_account`>,
  CataloguedQuery<`${Name}_of_strategy`>,
] {
  const { all, account, strategy } = scopes;
  return [
    catalogued(name, "operations", [all.trades, ...indexes], text(all.where("executed_at"))),
    catalogued(
      `${name}_of_account`,
      "operations",
      [account.trades, ...indexes],
      text(account.where("executed_at")),
    ),
    catalogued(
      `${name}_of_strategy`,
      "operations",
      [strategy.trades, ...indexes],
      text(strategy.where("executed_at")),
    ),
  ];
}

const key = `strategy_id as "strategyId", account, exchange, symbol`;

const summaryText = (where: string) => /* sql */ `
select ${key}, min(executed_at) as "firstAt", max(executed_at) as "lastAt",
  (array_agg(id order by executed_at desc, id desc))[1] as "lastId",
  (array_agg(position_quantity order by executed_at desc, id desc))[1] as quantity,
  (array_agg(position_cost_basis order by executed_at desc, id desc))[1] as "costBasis",
  coalesce(sum(realized_pnl) filter (where busted_at is null), 0) as "realizedPnl",
  (count(*) filter (where busted_at is null))::float8 as "fillCount"
from trades where ${where}
group by strategy_id, account, exchange, symbol`;

/**
 * Each fill against the step from the state the fill before it left: of the same day, else carried from an earlier day, else
 * nothing where it is the position's first. Without any of them nothing can be said of it.
 */
const stepsText = (where: string) => /* sql */ `
with fills as (
  select t.*, row_number() over in_order as place, lag(position_quantity) over in_order as quantity_before,
    lag(position_cost_basis) over in_order as cost_before
  from trades t where ${where}
  window in_order as (partition by strategy_id, account, exchange, symbol order by executed_at, id)
), based as (
  select f.*,
    case when f.place > 1 then f.quantity_before when c.account is not null then c.quantity
      when p.first_fill_at = f.executed_at then 0 end as base_quantity,
    case when f.place > 1 then f.cost_before when c.account is not null then c.cost
      when p.first_fill_at = f.executed_at then 0 end as base_cost
  from fills f
  left join jsonb_to_recordset(:carried)
    as c("strategyId" uuid, account text, exchange text, symbol text, quantity numeric, cost numeric)
    on f.place = 1 and c.account = f.account and c.exchange = f.exchange and c.symbol = f.symbol
    and coalesce(c."strategyId"::text, '') = coalesce(f.strategy_id::text, '')
  left join lateral (
    select first_fill_at from positions p
    where p.strategy_id = f.strategy_id and p.account = f.account and p.exchange = f.exchange and p.symbol = f.symbol
    union all
    select first_fill_at from positions p
    where f.strategy_id is null and p.strategy_id is null and p.account = f.account and p.exchange = f.exchange
      and p.symbol = f.symbol
    limit 1
  ) p on f.place = 1
), stepped as (
  select *, average_cost_step(
      array[base_quantity, base_cost, 0], base_quantity, base_cost,
      case when busted_at is not null then 0 when side = 'buy' then quantity else -quantity end, price, contract_multiplier
    ) as state
  from based where base_quantity is not null and base_cost is not null
)
select ${key}, id as "tradeId", executed_at as "executedAt", field, expected, actual
from stepped
cross join lateral (values
  ('positionQuantity', state[1], position_quantity),
  ('positionCostBasis', state[2], position_cost_basis),
  ('realizedPnl', state[3], realized_pnl)
) d(field, expected, actual)
where expected is distinct from actual
order by executed_at, id, field`;

const daysText = (fills: string, days: string) => /* sql */ `
with counted as (
  select * from trades
  where ${fills} and strategy_id is not null and busted_at is null and realized_pnl is not null
), parts as (
  select strategy_id, account, settlement_currency as currency, 1 as trades, (side = 'buy')::int as buys,
    (realized_pnl > 0)::int as wins, (realized_pnl < 0)::int as losses,
    (realized_pnl > 0 and side = 'sell')::int as long_wins, (realized_pnl < 0 and side = 'sell')::int as long_losses,
    greatest(realized_pnl, 0) as profit,
    greatest(-realized_pnl, 0) as loss, realized_pnl * realized_pnl as squared,
    case when side = 'buy' then notional else 0 end as bought, case when side = 'sell' then notional else 0 end as sold,
    0::numeric as fee
  from counted
  union all
  select strategy_id, account, fee_currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, fee from counted where fee <> 0
), expected as (
  select strategy_id, account, currency, sum(trades)::numeric as trades, sum(buys)::numeric as buys,
    sum(wins)::numeric as wins, sum(losses)::numeric as losses, sum(long_wins)::numeric as long_wins,
    sum(long_losses)::numeric as long_losses, sum(profit) as profit, sum(loss) as loss, max(profit) as largest_win,
    max(loss) as largest_loss,
    sum(squared) as squared, sum(bought) as bought, sum(sold) as sold, sum(fee) as fees
  from parts group by strategy_id, account, currency
), actual as (
  select * from strategy_daily_performance where trading_day = :fromDay and ${days}
)
select strategy_id as "strategyId", account, currency, field, coalesce(d.expected, 0) as expected,
  coalesce(d.actual, 0) as actual
from expected e
full join actual a using (strategy_id, account, currency)
cross join lateral (values
  ('tradeCount', e.trades, a.trade_count::numeric),
  ('buyCount', e.buys, a.buy_count::numeric),
  ('winningTrades', e.wins, a.winning_trades::numeric),
  ('losingTrades', e.losses, a.losing_trades::numeric),
  ('longWinningTrades', e.long_wins, a.long_winning_trades::numeric),
  ('longLosingTrades', e.long_losses, a.long_losing_trades::numeric),
  ('largestWin', e.largest_win, a.largest_win),
  ('largestLoss', e.largest_loss, a.largest_loss),
  ('grossProfit', e.profit, a.gross_profit),
  ('grossLoss', e.loss, a.gross_loss),
  ('realizedPnlSquared', e.squared, a.realized_pnl_squared),
  ('buyNotional', e.bought, a.buy_notional),
  ('sellNotional', e.sold, a.sell_notional),
  ('fees', e.fees, a.fees)
) d(field, expected, actual)
where coalesce(d.expected, 0) <> coalesce(d.actual, 0)
order by strategy_id, account, currency, field`;

const inOrderOfCreation = `(created_at, id) > (:cursorTime, :cursorId)
order by created_at, id limit :limit`;

export const reconciledDayQueries = [
  ...perDay("reconciliation.positions_of_day", [], summaryText),
  ...perDay("reconciliation.steps_of_day", ["positions_key"], stepsText),
  ...perDay(
    "reconciliation.orders_filled_on_day",
    [],
    (where) => `select order_id as "orderId", max(executed_at) as "lastAt", min(account) as account,
  min(exchange) as exchange, min(symbol) as symbol, (array_agg(id order by executed_at desc, id desc))[1] as "tradeId",
  (array_agg(strategy_id order by executed_at desc, id desc))[1] as "strategyId"
from trades where ${where} and order_id is not null and busted_at is null
group by order_id order by order_id`,
  ),
  catalogued(
    "reconciliation.performance_of_day",
    "operations",
    [scopes.all.trades, "strategy_daily_performance_day_idx"],
    daysText(scopes.all.where("executed_at"), "true"),
  ),
  catalogued(
    "reconciliation.performance_of_day_of_account",
    "operations",
    [scopes.account.trades, "strategy_daily_performance_account_idx"],
    daysText(scopes.account.where("executed_at"), "account = :account"),
  ),
  catalogued(
    "reconciliation.performance_of_day_of_strategy",
    "operations",
    [scopes.strategy.trades, "strategy_daily_performance_pkey"],
    daysText(
      scopes.strategy.where("executed_at"),
      "strategy_id = :strategyId and (:account is null or account = :account)",
    ),
  ),
  catalogued(
    "reconciliation.orders_of_day",
    "operations",
    ["orders_pkey"],
    `select ${order} from orders where ${scopes.all.where("created_at")} order by id limit :limit`,
  ),
  catalogued(
    "reconciliation.orders_of_day_of_account",
    "operations",
    ["orders_account_created_at_idx"],
    `select ${order} from orders where ${scopes.account.where("created_at")} and ${inOrderOfCreation}`,
  ),
  catalogued(
    "reconciliation.orders_of_day_of_strategy",
    "operations",
    ["orders_strategy_created_at_idx"],
    `select ${order} from orders where ${scopes.strategy.where("created_at")} and ${inOrderOfCreation}`,
  ),
];
