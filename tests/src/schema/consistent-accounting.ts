// The whole accounting of a database against its trades, whatever happened to it: P&L and positions by the oracle,
// sums by plain GROUP BYs over trades. Nothing here is incremental, as what it judges is.
import type pg from "pg";
import { expect } from "vitest";
import type { Row } from "../fixtures/insert.ts";
import { accountByAverageCost, type OracleFill } from "./average-cost-oracle.ts";

interface StoredFill extends Omit<OracleFill, "executedAt" | "busted"> {
  readonly key: string;
  readonly us: string;
  readonly busted: boolean;
  readonly pnl: string;
}

const plainNumber = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const fillsSql = `
select id, side, quantity, price, contract_multiplier as multiplier, busted_at is not null as busted,
  realized_pnl as pnl, (extract(epoch from executed_at) * 1000000)::bigint as us,
  concat_ws('/', coalesce(strategy_id::text, '-'), account, exchange, symbol) as key
from trades`;

const positionsSql = `
select concat_ws('/', coalesce(strategy_id::text, '-'), account, exchange, symbol) as key, quantity, cost_basis,
  realized_pnl, fill_count, last_fill_id, (extract(epoch from first_fill_at) * 1000000)::bigint as first_us
from positions`;

// Both sides of the roll-up; rows that came down to nothing do not count.
const daysByTradesSql = `
with parts as (
  select strategy_id, (executed_at at time zone 'UTC')::date as day, account, settlement_currency as currency,
    realized_pnl as pnl, notional, side, 0 as fee, 1 as n
  from trades where strategy_id is not null and busted_at is null
  union all
  select strategy_id, (executed_at at time zone 'UTC')::date, account, fee_currency, 0, 0, 'buy', fee, 0
  from trades where strategy_id is not null and busted_at is null
)
select strategy_id, day::text, account, currency, sum(n) as trades, sum(n) filter (where side = 'buy') as buys,
  count(*) filter (where pnl > 0) as wins, count(*) filter (where pnl < 0) as losses,
  count(*) filter (where pnl > 0 and side = 'sell') as long_wins, count(*) filter (where pnl < 0 and side = 'sell') as long_losses,
  trim_scale(max(greatest(pnl, 0))) as largest_win, trim_scale(max(greatest(-pnl, 0))) as largest_loss,
  trim_scale(sum(greatest(pnl, 0))) as profit, trim_scale(sum(greatest(-pnl, 0))) as loss,
  trim_scale(sum(pnl * pnl)) as squared, trim_scale(sum(fee)) as fees,
  trim_scale(coalesce(sum(notional) filter (where side = 'buy'), 0)) as bought,
  trim_scale(coalesce(sum(notional) filter (where side = 'sell'), 0)) as sold
from parts group by strategy_id, day, account, currency having sum(n) <> 0 or sum(fee) <> 0 order by 1, 2, 3, 4`;

const daysSql = `
select strategy_id, trading_day::text as day, account, currency, trade_count as trades, buy_count as buys,
  winning_trades as wins, losing_trades as losses, long_winning_trades as long_wins, long_losing_trades as long_losses,
  trim_scale(largest_win) as largest_win, trim_scale(largest_loss) as largest_loss,
  trim_scale(gross_profit) as profit, trim_scale(gross_loss) as loss, trim_scale(realized_pnl_squared) as squared, trim_scale(fees) as fees, trim_scale(buy_notional) as bought,
  trim_scale(sell_notional) as sold
from strategy_daily_performance where trade_count <> 0 or fees <> 0 order by 1, 2, 3, 4`;

const totalsByTradesSql = `
select s.id, count(t.id) filter (where t.settlement_currency = s.base_currency) as trades,
  count(t.id) filter (where t.settlement_currency = s.base_currency and realized_pnl > 0) as wins,
  count(t.id) filter (where t.settlement_currency = s.base_currency and realized_pnl < 0) as losses,
  trim_scale(coalesce(sum(greatest(realized_pnl, 0)) filter (where t.settlement_currency = s.base_currency), 0)) as profit,
  trim_scale(coalesce(sum(greatest(-realized_pnl, 0)) filter (where t.settlement_currency = s.base_currency), 0)) as loss,
  trim_scale(coalesce(sum(fee) filter (where t.fee_currency = s.base_currency), 0)) as fees
from strategies s left join trades t on t.strategy_id = s.id and t.busted_at is null
group by s.id order by s.id`;

const totalsSql = `
select id, total_trades as trades, winning_trades as wins, losing_trades as losses, trim_scale(gross_profit) as profit,
  trim_scale(gross_loss) as loss, trim_scale(total_fees) as fees
from strategies order by id`;

/** Fails unless P&L, positions, roll-up and totals are what the trades in the database make them. */
export async function expectConsistentAccounting(client: pg.Client): Promise<void> {
  const read = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> =>
    (await client.query<T>(sql)).rows;
  const fills = await read<StoredFill>(fillsSql);
  const groups = Map.groupBy(fills, ({ key }) => key);
  const expected: Row[] = [];
  for (const [key, members] of groups) {
    const oracle = accountByAverageCost(
      members.map(({ us, ...fill }) => ({ ...fill, executedAt: BigInt(us) })),
    );
    for (const { id, pnl } of members) expect(plainNumber(pnl), `P&L of ${id}`).toBe(oracle.pnlById.get(id));
    const ordered = members.toSorted((a, b) => Number(BigInt(a.us) - BigInt(b.us)) || (a.id < b.id ? -1 : 1));
    expected.push({
      key,
      quantity: oracle.quantity,
      cost_basis: oracle.costBasis,
      realized_pnl: oracle.realizedPnl,
      fill_count: String(members.filter(({ busted }) => !busted).length),
      last_fill_id: ordered.at(-1)?.id,
      first_us: ordered[0]?.us,
    });
  }
  const positions = await read<Record<string, string>>(positionsSql);
  const found = positions.map((row) => ({
    ...row,
    quantity: plainNumber(row["quantity"] ?? ""),
    cost_basis: plainNumber(row["cost_basis"] ?? ""),
    realized_pnl: plainNumber(row["realized_pnl"] ?? ""),
  }));
  // Sorted here: the server's collation may be any.
  const byKey = (a: Row, b: Row): number => (String(a["key"]) < String(b["key"]) ? -1 : 1);
  expect(found.toSorted(byKey)).toEqual(expected.toSorted(byKey));
  expect(await read(daysSql)).toEqual(await read(daysByTradesSql));
  expect(await read(totalsSql)).toEqual(await read(totalsByTradesSql));
}
