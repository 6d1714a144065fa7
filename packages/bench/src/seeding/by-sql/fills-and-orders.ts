// Fills and orders to measure on: one strategy with very many fills, and others beside it in the same tables.
// Made up, and the same in every run but for the day they end on.
// Plain SQL, for ../../repositories and the gate `growth`; not the rows of a profile, which ../market, ../orders and ../trading-days.ts make.

/** How much of it. */
export interface FillSize {
  /** Days that the fills are of. */
  readonly fillDays: number;
  /** Fills of the one strategy. */
  readonly fills: number;
  /** Fills of each of ten other strategies, over the same days. */
  readonly otherFills: number;
  /** Orders over the last ten days, of all strategies alike. */
  readonly orders: number;
}

/** Statements the fills go in: each is accounted as a whole, and plans the chunks it lies in for every position. */
const STEPS = 20;

/** Names of the strategy with most fills, and of the account and exchange of all of them. */
export const BUSY = { strategy: "busy", account: "main", exchange: "XBENCH" } as const;

const fills = (count: number, from: number, to: number, strategies: string) => /* sql */ `
insert into trades (id, executed_at, account, strategy_id, exchange, symbol, exchange_trade_id, side, quantity, price,
  settlement_currency, fee, fee_currency, liquidity, source)
select uuid_v7_at(t), t, 'main', d.id, 'XBENCH', 'SYM' || (n / 2) % (case d.slot when 0 then 40 else 4 end), d.slot || '-' || n,
  case when n % 2 = 0 then 'buy' else 'sell' end::order_side, 1 + (n / 2) % 9, round((100 + 40 * sin(n / 700.0) + random())::numeric, 2),
  'USD', round((random() * 0.1)::numeric, 4), 'USD', case when n % 3 = 0 then 'maker' else 'taker' end::liquidity, 'oms'
from clock, desk d, generate_series(${from}, ${to}) n,
  lateral (select start + (n + d.slot / 20.0) * (finish - start) / ${count} as t) x
where ${strategies}
order by t`;

/** SQL statements that seed a migrated database, each one step; 500,000 fills are accounted in some 40 s. */
export function seedFills({ fillDays, fills: most, otherFills, orders }: FillSize): readonly string[] {
  const stepsOf = (count: number, strategies: string): readonly string[] =>
    Array.from({ length: STEPS }, (_, step) => {
      const first = Math.floor((step * count) / STEPS);
      const last = Math.floor(((step + 1) * count) / STEPS) - 1;
      return fills(count, first, last, strategies);
    });
  return [
    "select setseed(0.42)",
    `create temporary table clock as select now() - interval '${fillDays} days' as start, now() - interval '1 minute' as finish`,
    `insert into strategies (id, created_at, name, kind, base_currency, status, activated_at)
     select uuid_v7_at(start - n * interval '1 minute'), start - n * interval '1 minute', case n when 0 then '${BUSY.strategy}' else 'other ' || n end,
       'bench', 'USD', 'active', start
     from clock, generate_series(0, 10) n`,
    `create temporary table desk as select id, case name when '${BUSY.strategy}' then 0 else substr(name, 7)::int end as slot from strategies`,
    // In order of time, or every fill before others would have those accounted anew.
    ...stepsOf(most, "d.slot = 0"),
    ...stepsOf(otherFills, "d.slot > 0"),
    `insert into orders (id, created_at, updated_at, account, strategy_id, exchange, symbol, client_order_id, venue_order_id, side, type, time_in_force,
       status, quantity, filled_quantity, average_fill_price, limit_price, submitted_at, source, last_execution_id, venue_mic)
     select uuid_v7_at(t), t, t + interval '2 milliseconds', 'main', d.id, 'XBENCH', 'SYM' || n % 40, 'client-' || n, 'venue-' || n, case when n % 2 = 0 then 'buy' else 'sell' end::order_side,
       'limit', 'gtc', s.status::order_status, 10, case when s.status = 'filled' then 10 else 0 end, case when s.status = 'filled' then 100.25 end,
       100.5, t + interval '2 milliseconds', 'oms', 'execution-' || n, 'XNAS'
     from clock, generate_series(1, ${orders}) n join desk d on d.slot = n % 11,
       lateral (select finish - n * interval '10 days' / ${orders} as t) x,
       lateral (select case when n % 200 = 7 then 'new' when n % 3 = 0 then 'canceled' else 'filled' end as status) s`,
    "analyze",
  ];
}
