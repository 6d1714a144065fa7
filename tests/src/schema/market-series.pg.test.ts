// The series catalogue on a real server: whatever is done to market_data, by one session or several at once, in
// any isolation level, market_series says what a GROUP BY over the bars says.
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import fc from "fast-check";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { barRow } from "../fixtures/rows.ts";
import { untilWaiting } from "../fixtures/until-waiting.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase(4);

const isInChunks = (): boolean => db.database.edition !== "postgres";

beforeEach(async () => {
  await db.client.query("truncate market_data");
});

// A test that fails inside a transaction must not hold up the ones after it.
afterEach(async () => {
  await Promise.all(db.clients.map((client) => client.query("rollback")));
});

const counted = `
select exchange, symbol, timeframe, min(time) as first_time, max(time) as last_time, count(*) as bar_count,
  (array_agg(open order by time desc))[1] as last_open, (array_agg(high order by time desc))[1] as last_high,
  (array_agg(low order by time desc))[1] as last_low, (array_agg(close order by time desc))[1] as last_close,
  (array_agg(volume order by time desc))[1] as last_volume
from market_data group by exchange, symbol, timeframe order by exchange, symbol, timeframe`;
const catalogued = `
select exchange, symbol, timeframe, first_time, last_time, bar_count, last_open, last_high, last_low, last_close, last_volume
from market_series order by exchange, symbol, timeframe`;

async function expectExactCatalogue(): Promise<Row[]> {
  const series = await db.rows(catalogued);
  expect(series).toEqual(await db.rows(counted));
  expect(await db.rows("select from market_data_deletions")).toEqual([]);
  return series;
}

/** A bar whose prices and volume say which revision it is. */
const revision = (minute: number, number: number, overrides: Row = {}): Row =>
  barRow(
    {
      open: 10 + number,
      high: 1000 + number,
      low: 1 + number / 100,
      close: 20 + number,
      volume: number,
      ...overrides,
    },
    minute,
  );

const upsert = `on conflict (exchange, symbol, timeframe, time) do update set open = excluded.open,
  high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume`;

async function insertBars(client: pg.Client, bars: readonly Row[], onConflict: string): Promise<void> {
  const columns = Object.keys(bars[0] ?? {});
  const tuples = bars.map(
    (_, row) => `(${columns.map((__, i) => `$${row * columns.length + i + 1}`).join(", ")})`,
  );
  await client.query(
    `insert into market_data (${columns.join(", ")}) values ${tuples.join(", ")} ${onConflict}`,
    bars.flatMap((bar) => columns.map((column) => bar[column])),
  );
}

async function copyBars(client: pg.Client, bars: readonly Row[]): Promise<void> {
  const columns = Object.keys(bars[0] ?? {});
  const lines = bars.map((bar) => `${columns.map((column) => String(bar[column])).join("\t")}\n`);
  await pipeline(
    Readable.from(lines),
    client.query(copyFrom(`copy market_data (${columns.join(", ")}) from stdin`)),
  );
}

interface Place {
  readonly symbol: string;
  readonly timeframe: string;
  readonly minute: number;
}

type Operation =
  | { readonly kind: "upsert" | "ignore" | "copy" | "merge" | "delete"; readonly places: readonly Place[] }
  | { readonly kind: "delete first" | "delete last" | "delete series"; readonly symbol: string }
  | { readonly kind: "update"; readonly from: number; readonly to: number }
  | { readonly kind: "truncate" };

const placeArbitrary: fc.Arbitrary<Place> = fc.record({
  symbol: fc.constantFrom("A", "B"),
  timeframe: fc.constantFrom("1m", "5m"),
  minute: fc.integer({ min: 0, max: 9 }),
});
const placesArbitrary = fc.uniqueArray(placeArbitrary, {
  minLength: 1,
  maxLength: 8,
  selector: ({ symbol, timeframe, minute }) => `${symbol} ${timeframe} ${minute}`,
});
const operationArbitrary: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "upsert" as const,
        "ignore" as const,
        "copy" as const,
        "merge" as const,
        "delete" as const,
      ),
      places: placesArbitrary,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete first" as const, "delete last" as const, "delete series" as const),
      symbol: fc.constantFrom("A", "B"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      from: fc.integer({ min: 0, max: 9 }),
      to: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "truncate" as const }) },
);

let revisions = 0;

async function apply(client: pg.Client, operation: Operation): Promise<void> {
  const minute = (offset: number): string => String(barRow({}, offset)["time"]);
  switch (operation.kind) {
    case "upsert":
    case "ignore":
    case "copy":
    case "merge": {
      const bars = operation.places.map(({ minute: at, ...place }) => revision(at, (revisions += 1), place));
      if (operation.kind === "upsert") return insertBars(client, bars, upsert);
      if (operation.kind === "ignore") return insertBars(client, bars, "on conflict do nothing");
      if (operation.kind === "copy") {
        await deletePlaces(client, operation.places);
        return copyBars(client, bars);
      }
      const merge = client.query(
        `merge into market_data m
         using jsonb_populate_recordset(null::market_data, $1) n
         on (m.exchange, m.symbol, m.timeframe, m.time) = (n.exchange, n.symbol, n.timeframe, n.time)
         when matched and n.volume::int % 3 = 0 then delete
         when matched then update set open = n.open, high = n.high, low = n.low, close = n.close, volume = n.volume
         when not matched then insert (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
           values (n.exchange, n.symbol, n.timeframe, n.time, n.open, n.high, n.low, n.close, n.volume, n.source)`,
        [JSON.stringify(bars)],
      );
      await merge.catch((error: pg.DatabaseError) => {
        // feature_not_supported: on a hypertable, where it both inserts and updates, as the triggers are told wrong rows.
        if (error.code !== "0A000" || !isInChunks()) throw error;
      });
      return undefined;
    }
    case "delete":
      return deletePlaces(client, operation.places);
    case "delete first":
    case "delete last":
      await client.query(
        `delete from market_data where symbol = $1 and time =
           (select ${operation.kind === "delete first" ? "min" : "max"}(time) from market_data where symbol = $1)`,
        [operation.symbol],
      );
      return undefined;
    case "delete series":
      await client.query("delete from market_data where symbol = $1", [operation.symbol]);
      return undefined;
    case "update":
      await client.query("update market_data set close = 20 + $3, volume = $3 where time between $1 and $2", [
        minute(operation.from),
        minute(operation.to),
        (revisions += 1),
      ]);
      return undefined;
    case "truncate":
      await client.query("truncate market_data");
      return undefined;
    default:
      return operation satisfies never;
  }
}

async function deletePlaces(client: pg.Client, places: readonly Place[]): Promise<void> {
  await client.query(
    `delete from market_data using unnest($1::text[], $2::timeframe[], $3::timestamptz[]) as p (symbol, timeframe, time)
     where (market_data.symbol, market_data.timeframe, market_data.time) = (p.symbol, p.timeframe, p.time)`,
    [
      places.map(({ symbol }) => symbol),
      places.map(({ timeframe }) => timeframe),
      places.map(({ minute }) => barRow({}, minute)["time"]),
    ],
  );
}

describe("the series catalogue", () => {
  it("says after each of any operations what the bars say", { timeout: 120_000 }, async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(fc.array(operationArbitrary, { minLength: 1, maxLength: 12 }), async (operations) => {
        await db.client.query("truncate market_data");
        for (const operation of operations) {
          await apply(db.client, operation);
          await expectExactCatalogue();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("stays exact when four sessions write, correct and delete bars of the same series at once", async () => {
    // A MERGE of several sessions into one hypertable brings the server of TimescaleDB 2.31.0 down (segmentation fault,
    // seen); nothing here can keep it from that.
    const unfit = isInChunks() ? ["copy", "merge"] : ["copy"];
    const lanes = fc.sample(
      fc.array(
        operationArbitrary.filter(({ kind }) => !unfit.includes(kind)),
        { minLength: 40, maxLength: 40 },
      ),
      { numRuns: db.clients.length, seed: 11 },
    );
    const outcomes = await Promise.all(
      db.clients.map(async (client, lane) => {
        const codes: string[] = [];
        for (const operation of lanes[lane] ?? []) {
          // A deadlock (40P01) ends one of two sessions that met in opposite order; a MERGE that loses the race to
          // insert ends in a duplicate key (23505). Nothing of either stays.
          await apply(client, operation).catch((error: pg.DatabaseError) => codes.push(String(error.code)));
        }
        return codes;
      }),
    );
    expect(outcomes.flat().filter((code) => code !== "40P01" && code !== "23505")).toEqual([]);
    await expectExactCatalogue();
  });

  it("holds many series from one statement", async () => {
    const symbols = Array.from({ length: 300 }, (_, index) => `S${index}`);
    await insertRows(
      db.client,
      "market_data",
      symbols.flatMap((symbol) => [barRow({ symbol }, 1), barRow({ symbol }, 0)]),
    );
    expect(await expectExactCatalogue()).toHaveLength(300);
  });

  it("is undone with its transaction, to the savepoint", async () => {
    await insertRow(db.client, "market_data", revision(1, 1));
    await db.client.query("begin");
    await insertRow(db.client, "market_data", revision(2, 2));
    await db.client.query("savepoint s");
    await insertRow(db.client, "market_data", revision(3, 3));
    await db.client.query("delete from market_data where open = 11");
    await db.client.query("rollback to s");
    await db.client.query("commit");
    expect(await expectExactCatalogue()).toMatchObject([{ bar_count: "2", last_open: 12 }]);
  });
});

describe("bars stored in columns", () => {
  beforeEach(async (context) => {
    context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
    await db.client.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
       select 'XTEST', symbol, '1m', timestamptz '2026-01-01 00:00Z' + minute * interval '1 minute', 10, 12, 9, 11, minute, 'test'
       from unnest(array['A', 'B', 'C']) symbol, generate_series(0, 2879) minute`,
    );
    await db.client.query("select compress_chunk(chunk) from show_chunks('market_data') chunk");
  });

  it.each([
    ["a whole segment", "symbol = 'A'"],
    ["a whole chunk", "time < '2026-01-02 00:00Z'"],
    ["a part of a batch", "symbol = 'B' and time >= '2026-01-02 23:30Z'"],
    ["everything", "true"],
  ])("are counted as they are deleted: %s", async (_, condition) => {
    const { rowCount } = await db.client.query(`delete from market_data where ${condition}`);
    const series = await expectExactCatalogue();
    expect(series.reduce((sum, row) => sum + Number(row["bar_count"]), 0)).toBe(8640 - (rowCount ?? 0));
  });

  it("refuse a MERGE that deletes or corrects, whole", async () => {
    const merge = db.client.query(
      `merge into market_data m using (values ('A')) n (symbol) on m.symbol = n.symbol when matched then delete`,
    );
    expect(await refusedBy(merge)).toBe("0A000");
    expect(await expectExactCatalogue()).toHaveLength(3);
  });
});

describe("two sessions that meet in one series", () => {
  const pair = (): readonly [pg.Client, pg.Client] => {
    const [, one, other] = db.clients;
    if (one === undefined || other === undefined) throw new Error("This file opens four connections.");
    return [one, other];
  };

  it("one deletes the last bar while the other corrects the bar before it", async () => {
    const [deleting, correcting] = pair();
    await insertRows(db.client, "market_data", [revision(0, 1), revision(1, 2)]);
    await deleting.query("begin");
    await deleting.query("delete from market_data where open = 12");
    const correction = correcting.query("update market_data set close = 555 where open = 11");
    await untilWaiting(db.client, correcting);
    await deleting.query("commit");
    await correction;
    expect(await expectExactCatalogue()).toMatchObject([{ last_close: 555 }]);
  });

  it("one corrects a bar while the other deletes the bar after it", async () => {
    const [deleting, correcting] = pair();
    await insertRows(db.client, "market_data", [revision(0, 1), revision(1, 2)]);
    await correcting.query("begin");
    await correcting.query("update market_data set close = 555 where open = 11");
    const deletion = deleting.query("delete from market_data where open = 12");
    await untilWaiting(db.client, deleting);
    await correcting.query("commit");
    await deletion;
    expect(await expectExactCatalogue()).toMatchObject([{ last_close: 555 }]);
  });

  it("one deletes the whole series while the other adds to it", async () => {
    const [deleting, adding] = pair();
    await insertRow(db.client, "market_data", revision(0, 1));
    await deleting.query("begin");
    await deleting.query("delete from market_data");
    const addition = insertRow(adding, "market_data", revision(5, 2));
    await untilWaiting(db.client, adding);
    await deleting.query("commit");
    await addition;
    expect(await expectExactCatalogue()).toMatchObject([{ bar_count: "1", last_open: 12 }]);
  });

  it.each(["repeatable read", "serializable"])(
    "at %s, the one whose view is old is told to try again instead of writing a wrong catalogue",
    async (level) => {
      const [stale, fresh] = pair();
      await insertRows(db.client, "market_data", [revision(0, 1), revision(5, 2)]);
      const changes = [
        () => insertRow(stale, "market_data", revision(7, 3)),
        () => stale.query("update market_data set close = 555 where open = 11"),
        () => stale.query("delete from market_data where open = 11"),
      ];
      for (const [index, change] of changes.entries()) {
        await stale.query(`begin isolation level ${level}`);
        await stale.query("select from market_data");
        await insertRow(fresh, "market_data", revision(20 + index, 30 + index));
        expect(await refusedBy(change())).toBe("40001");
        await stale.query("rollback");
        await expectExactCatalogue();
      }
    },
  );

  it.each(["read committed", "repeatable read"])(
    "at %s, a truncate forgets also the series that appeared after the transaction began",
    async (level) => {
      expect.hasAssertions();
      const [truncating, adding] = pair();
      await truncating.query(`begin isolation level ${level}`);
      await truncating.query("select from market_data");
      await insertRow(adding, "market_data", revision(5, 2, { symbol: "NEW" }));
      await truncating.query("truncate market_data");
      await truncating.query("commit");
      await expectExactCatalogue();
    },
  );
});
