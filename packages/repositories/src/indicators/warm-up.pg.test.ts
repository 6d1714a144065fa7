// What resuming the indicators of a long series costs: a bounded look back, whatever the series is made of.
import { createDatabase, parseConnection, type Queryable } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { expect, it } from "vitest";
import { batchesOf, btcSample } from "../fixtures/btc-sample.ts";
import { createMarketData } from "../market-data/market-data.ts";
import { BLOCK_BARS, PRIME_BARS } from "./bar-indicators.ts";
import { warmUpIndicators } from "./warm-up.ts";

const sample = btcSample();
const end = (sample.time.at(-1) ?? 0) + 60_000_000;

it.each([
  ["with volume", sample],
  ["without any volume", { ...sample, volume: new Float64Array(sample.length) }],
])(
  "a series of 45,031 bars %s is resumed from no more than a block and a day of them",
  async (symbol, bars) => {
    await using database = await createTestDatabase({
      template: migratedTemplate,
    });
    await using pool = createDatabase(parseConnection(database.url));
    const series = { exchange: "test", symbol, timeframe: "1m" } as const;
    await createMarketData(pool).importBars(series, batchesOf(bars, 20_000), { source: "sample" });
    let read = 0;
    const counting: Queryable = {
      async query<Row extends object>(...statement: Parameters<Queryable["query"]>) {
        const result = await pool.query<Row>(...statement);
        const [row] = result.rows;
        read += row !== undefined && "length" in row ? Number(row.length) : result.rows.length;
        return result;
      },
    };
    await warmUpIndicators(counting, series, end);
    expect(read).toBeGreaterThan(PRIME_BARS);
    expect(read).toBeLessThanOrEqual(PRIME_BARS + BLOCK_BARS + 1_440 + 2);
  },
);
