// Pieces that questions about the worth of positions share: marks, and open positions at them. Not questions themselves.

/** SQL, after `given`: the price of an instrument, in g (the caller's) or l (the last close of a timeframe, not older than asked for). */
export const markOf = (
  of: string,
  notBefore = ":from",
) => /* sql */ `left join given g on g.exchange = ${of}.exchange and g.symbol = ${of}.symbol
  left join lateral (
    -- The limit keeps it a look-up by key for each row. Through text, since a cast of a float keeps 15 digits only.
    select s.last_close::text::numeric as price, s.last_time
    from market_series s
    where g.price is null and s.exchange = ${of}.exchange and s.symbol = ${of}.symbol and s.timeframe = :timeframe
      and s.last_time >= ${notBefore}
    limit 1
  ) l on true`;

/** SQL: the marks a caller gives, as rows. */
export const given = /* sql */ `given as (
  select exchange, symbol, price from jsonb_to_recordset(:marks) as m(exchange text, symbol text, price numeric)
)`;

/**
 * Open positions, what one unit of each is worth (the caller's mark, else the last close of a timeframe that is not older than
 * :from) and what follows: value and unrealised P&L, in settlement currency, NULL without a mark.
 */
export const valuedPositions = (owner: string) => /* sql */ `
with ${given}, marked as (
  select p.strategy_id, p.account, p.exchange, p.symbol, p.settlement_currency, p.quantity, p.contract_multiplier, p.cost_basis,
    coalesce(g.price, l.price) as mark, l.last_time as marked_at
  from positions p
  ${markOf("p")}
  where ${owner} and p.quantity <> 0
), valued as (
  select *, quantity * mark * contract_multiplier as value,
    (quantity * mark - sign(quantity) * cost_basis) * contract_multiplier as unrealized
  from marked
)`;
