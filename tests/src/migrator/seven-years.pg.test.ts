// Seven years of daily chunks: what there is to plan, to show and to verify is read in bounded time, however many there are.
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrator } from "@app/migrator";
import { expect, it } from "vitest";
import { openClient } from "../fixtures/client.ts";

const DAYS = 2_556;

it(
  "plans and shows seven years of daily chunks in 2 s, and verifies them in 5 s",
  { timeout: 600_000 },
  async (context) => {
    await using database = await createTestDatabase();
    context.skip(
      database.edition !== "timescale",
      "the community edition has most to read: columns, jobs, roll-ups",
    );
    const client = await openClient(database.url);
    try {
      await client.query("create extension timescaledb");
      const migrator = createMigrator({ connection: parseConnection(database.url) });
      await migrator.apply();
      await client.query(
        `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
       select 'X', 'S', '1d', t, 1, 1, 1, 1, 1, 'seed'
       from generate_series(1, ${DAYS}) n, lateral (select date_trunc('day', now()) - n * interval '1 day' as t) x`,
      );
      const { rows } = await client.query(
        "select count(*)::int as chunks from timescaledb_information.chunks where hypertable_name = 'market_data'",
      );
      expect(rows).toEqual([{ chunks: DAYS }]);
      const timed = async <Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> => {
        const begin = performance.now();
        return [await work(), performance.now() - begin];
      };
      const [plan, planned] = await timed(() => migrator.plan());
      expect(plan.steps).toEqual([]);
      const [status, shown] = await timed(() => migrator.status());
      expect(status).toMatchObject({ pending: [], drift: [] });
      const [verified, compared] = await timed(() => migrator.verify());
      expect(verified.differences).toEqual([]);
      expect(planned).toBeLessThan(2_000);
      expect(shown).toBeLessThan(2_000);
      expect(compared).toBeLessThan(5_000);
    } finally {
      await client.end();
    }
  },
);
