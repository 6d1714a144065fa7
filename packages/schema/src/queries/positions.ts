// What is asked of positions.
import { catalogued } from "./catalogued-query.ts";

export const positionQueries = [
  catalogued(
    "positions.get",
    "strategy_metrics",
    ["positions_key"],
    `select * from positions
where strategy_id = :strategyId and account = :account and exchange = :exchange and symbol = :symbol`,
  ),
  catalogued(
    "positions.list_open_by_account",
    "strategy_metrics",
    ["positions_open_account_idx"],
    `select * from positions where account = :account and quantity <> 0 order by exchange, symbol limit :limit`,
  ),
  catalogued(
    "positions.list_open_by_symbol",
    "strategy_metrics",
    ["positions_open_symbol_idx"],
    `select sum(quantity) as quantity, sum(cost_basis) as cost_basis, count(*) as positions
from positions where exchange = :exchange and symbol = :symbol and quantity <> 0`,
  ),
];
