// Writers that never pause while their tables are moved: nothing is lost or doubled, nobody fails, and what triggers
// compute from the rows is what the rows say.
import { setTimeout as sleep } from "node:timers/promises";
import { createTestDatabase } from "@app/local-server/testing";
import pg from "pg";
import { beforeEach, expect, it } from "vitest";

import { loadDeclaredSchema } from "../../declared/schema-source.ts";
import { onTimescaleOnly } from "../../testing/timescale-only.ts";
import { moveTableIntoHypertable } from "./move-table.ts";
import { openRun, queryOnce, seededTemplate } from "./seeded-database.ts";

beforeEach(onTimescaleOnly);

const newTrade = `
WITH fill AS (SELECT '2026-01-14 00:00:00+00'::timestamptz + $1::int * interval '1 second' AS t,
  (SELECT id FROM strategies ORDER BY id LIMIT 1 OFFSET $1::int % 5) AS strategy)
INSERT INTO trades (id, executed_at, account, strategy_id, exchange, symbol, exchange_trade_id, side, quantity, price,
  settlement_currency, fee, fee_currency, source)
SELECT uuid_v7_at(t), t, 'account ' || $1::int % 3, strategy, 'XTEST', 'SYM' || $1::int % 7, 'live ' || $1::int,
  CASE WHEN $1::int % 2 = 0 THEN 'buy' ELSE 'sell' END::order_side, 3, 101, 'USD', 0.02, 'USD', 'live'
FROM fill`;

/** What the triggers keep against the trades themselves; every number must be 0. */
const accountingSql = `
WITH fills AS (
  SELECT strategy_id, account, exchange, symbol, sum(realized_pnl) AS pnl, count(*) FILTER (WHERE busted_at IS NULL) AS fills,
    sum(CASE WHEN busted_at IS NOT NULL THEN 0 WHEN side = 'buy' THEN quantity ELSE -quantity END) AS quantity
  FROM trades GROUP BY 1, 2, 3, 4
), days AS (
  SELECT strategy_id, (executed_at AT TIME ZONE 'UTC')::date AS day, account, settlement_currency AS currency,
    count(*) AS fills, sum(fee) AS fees, sum(greatest(realized_pnl, 0)) - sum(greatest(-realized_pnl, 0)) AS pnl
  FROM trades WHERE busted_at IS NULL GROUP BY 1, 2, 3, 4
)
SELECT (SELECT count(*)::int FROM trades WHERE realized_pnl IS NULL) AS unaccounted,
  (SELECT count(*)::int FROM fills f FULL JOIN positions p
    ON p.strategy_id = f.strategy_id AND p.account = f.account AND p.exchange = f.exchange AND p.symbol = f.symbol
    WHERE (f.pnl, f.fills, f.quantity) IS DISTINCT FROM (p.realized_pnl, p.fill_count, p.quantity)) AS positions,
  (SELECT count(*)::int FROM days d FULL JOIN (SELECT * FROM strategy_daily_performance WHERE trade_count <> 0) AS r
    ON r.strategy_id = d.strategy_id AND r.trading_day = d.day AND r.account = d.account AND r.currency = d.currency
    WHERE (d.fills, d.fees, d.pnl) IS DISTINCT FROM (r.trade_count, r.fees, r.gross_profit - r.gross_loss)) AS days,
  (SELECT count(*)::int FROM (SELECT symbol, count(*) AS bars FROM market_data GROUP BY 1) AS b
    FULL JOIN (SELECT * FROM market_series WHERE bar_count > 0) AS s ON s.symbol = b.symbol
    WHERE b.bars IS DISTINCT FROM s.bar_count) AS series`;

it(
  "writers go on through the whole move: no row is lost or doubled, and the accounting is exact",
  { timeout: 300_000 },
  async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    const { url } = database;
    const { repeatables } = await loadDeclaredSchema();
    const [seeded] = await queryOnce(url, "SELECT count(*)::int AS trades FROM trades");
    const failures: unknown[] = [];
    const over = new AbortController();
    const write = async (work: (client: pg.Client, n: number) => Promise<void>): Promise<number> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      let n = 0;
      for (; !over.signal.aborted; n += 1) {
        try {
          await work(client, n);
        } catch (error) {
          failures.push(error);
        }
        await sleep(20);
      }
      await client.end();
      return n;
    };
    const writers = [
      write(async (client, n) => {
        await client.query(newTrade, [n]);
      }),
      write(async (client, n) => {
        await client.query("BEGIN");
        await client.query(newTrade, [100_000 + n]);
        await client.query(
          "UPDATE trades SET busted_at = executed_at WHERE exchange_trade_id = $1 AND busted_at IS NULL",
          [`live ${n - 3}`],
        );
        await client.query(n % 4 === 0 ? "ROLLBACK" : "COMMIT");
      }),
      write(async (client, n) => {
        await client.query(
          `INSERT INTO market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
         VALUES ('XTEST', 'LIVE', '1m', '2026-02-01 00:00:00+00'::timestamptz + $1::int * interval '1 minute', 1, 1, 1, 1, $1, 'live')
         ON CONFLICT (exchange, symbol, timeframe, time) DO UPDATE SET close = excluded.close, volume = excluded.volume + 1000`,
          [n % 500],
        );
        await client.query("DELETE FROM market_data WHERE symbol = 'SYM1' AND volume = $1", [n]);
        await client.query("UPDATE market_data SET close = 100.5 WHERE symbol = 'SYM2' AND volume = $1", [n]);
      }),
    ];
    {
      await using opened = await openRun(url);
      for (const [table, timeColumn] of [
        ["trades", "executed_at"],
        ["market_data", "time"],
      ] as const) {
        await moveTableIntoHypertable(opened.run, {
          table,
          timeColumn,
          chunkInterval: "1 day",
          repeatables,
          batchRows: 200,
        });
      }
    }
    await sleep(300);
    over.abort();
    const [inserted = 0, transactions = 0, bars = 0] = await Promise.all(writers);
    expect(failures).toEqual([]);
    const kept = Array.from({ length: transactions }, (_, n) => n).filter((n) => n % 4 !== 0);
    expect(
      await queryOnce(
        url,
        `SELECT count(*)::int AS rows, count(DISTINCT exchange_trade_id)::int AS fills,
         count(*) FILTER (WHERE exchange_trade_id LIKE 'live %')::int AS live FROM trades`,
      ),
    ).toEqual([
      {
        rows: Number(seeded?.["trades"]) + inserted + kept.length,
        fills: Number(seeded?.["trades"]) + inserted + kept.length,
        live: inserted + kept.length,
      },
    ]);
    const changed = Math.min(bars, 1001);
    expect(
      await queryOnce(
        url,
        `SELECT count(*) FILTER (WHERE symbol = 'LIVE')::int AS live,
         count(*) FILTER (WHERE symbol = 'SYM1' AND volume < $1)::int AS undeleted,
         count(*) FILTER (WHERE symbol = 'SYM2' AND volume < $1 AND close <> 100.5)::int AS unchanged FROM market_data`,
        [changed],
      ),
    ).toEqual([{ live: Math.min(bars, 500), undeleted: 0, unchanged: 0 }]);
    expect(await queryOnce(url, accountingSql)).toEqual([
      { unaccounted: 0, positions: 0, days: 0, series: 0 },
    ]);
  },
);
