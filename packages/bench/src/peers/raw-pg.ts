// node-postgres (pg) as its users use it: a pool, SQL as text, row objects, pg's own type parsers. With a name pg prepares the statement once per
// connection, without one the server parses and plans it each time.
import { askRows, asDate, type Peer, type PeerOptions } from "./peer.ts";
import { openPgPool } from "./pg-pool.ts";

const BARS = `select time, open, high, low, close, volume from market_data
where exchange = $1 and symbol = $2 and timeframe = $3 and time >= $4 and time < $5
order by time limit $6`;

const LATEST_BAR = `select time, open, high, low, close, volume from market_data
where exchange = $1 and symbol = $2 and timeframe = $3
order by time desc limit 1`;

const FILLS = `select * from trades
where strategy_id = $1 and executed_at <= $2 and (executed_at, id) < ($2, $3) and busted_at is null
order by executed_at desc, id desc limit $4`;

const ORDER = `select * from orders where id = $1`;

const CANDLES = `select date_bin('1 hour', time, '2000-01-01 00:00:00+00') as time,
  (array_agg(open order by time))[1] as open, max(high) as high, min(low) as low,
  (array_agg(close order by time desc))[1] as close, sum(volume) as volume
from market_data
where exchange = $1 and symbol = $2 and timeframe = $3 and time >= $4 and time < $5
group by 1 order by 1`;

/** @returns node-postgres whose statements have names */
export const openNamedPg = (options: PeerOptions): Peer => openRawPg(options, true);

/** @returns node-postgres whose statements have none */
export const openUnnamedPg = (options: PeerOptions): Peer => openRawPg(options, false);

function openRawPg(options: PeerOptions, isNamed: boolean): Peer {
  const pool = openPgPool(options);
  const query = async (name: string, text: string, values: unknown[]): Promise<readonly object[]> => {
    const { rows } = await pool.query<Record<string, unknown>>(
      isNamed ? { name, text, values } : { text, values },
    );
    return rows;
  };
  return {
    questions: {
      bars: askRows(({ exchange, symbol, timeframe, from, to, limit }) =>
        query("bars", BARS, [exchange, symbol, timeframe, asDate(from), asDate(to), limit]),
      ),
      "latest bar": askRows(({ exchange, symbol, timeframe }) =>
        query("latest-bar", LATEST_BAR, [exchange, symbol, timeframe]),
      ),
      fills: askRows(({ strategyId, before, limit }) =>
        query("fills", FILLS, [strategyId, asDate(before.time), before.id, limit]),
      ),
      order: askRows(({ id }) => query("order", ORDER, [id])),
      candles: askRows(({ exchange, symbol, timeframe, from, to }) =>
        query("candles", CANDLES, [exchange, symbol, timeframe, asDate(from), asDate(to)]),
      ),
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
