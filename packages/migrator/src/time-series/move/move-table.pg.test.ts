import { randomBytes } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { timeSeries } from "@app/schema";
import { beforeEach, describe, expect, it } from "vitest";

import { compareCatalogues } from "../../catalogue/compare-catalogues.ts";
import { loadDeclaredSchema } from "../../declared/schema-source.ts";
import type { Run } from "../../run.ts";
import { readLiveCatalogue } from "../../testing/read-live-catalogue.ts";
import { onTimescaleOnly } from "../../testing/timescale-only.ts";
import { abandonMoves } from "./abandon-move.ts";
import { moveTableIntoHypertable } from "./move-table.ts";
import { contentOf, diesAt, openRun, queryOnce, seededTemplate } from "./seeded-database.ts";

const TIMEOUT = 240_000;

beforeEach(onTimescaleOnly);

const { repeatables } = await loadDeclaredSchema();

async function moveIn(run: Run, table: string, batchRows = 200): Promise<bigint> {
  const declared = timeSeries.hypertables.find((candidate) => candidate.table === table);
  if (declared === undefined) throw new RangeError(table);
  const { timeColumn, chunkInterval } = declared;
  const target = { table, timeColumn, chunkInterval, repeatables, batchRows };
  return (await moveTableIntoHypertable(run, target)).rows;
}

async function move({ url }: TestDatabase, table: string): Promise<bigint> {
  await using opened = await openRun(url);
  return await moveIn(opened.run, table);
}

/** Begins a move that stops, as if killed, once some rows are copied. */
async function beginMove({ url }: TestDatabase, table: string): Promise<void> {
  await using opened = await openRun(url);
  await expect(moveIn(diesAt(opened.run, 75), table, 10)).rejects.toThrow("killed");
  const [progress] = await queryOnce(url, "SELECT state, rows > 0 AS begun FROM migrating.progress");
  expect(progress).toEqual({ state: "copying", begun: true });
}

describe("a table that is moved", { timeout: TIMEOUT }, () => {
  it("is a hypertable of the same rows and the same definition, and nothing is left of the move", async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    const before = await readLiveCatalogue(database.url);
    const tables = ["market_data", "orders", "trades"];
    for (const table of tables) {
      const content = await contentOf(database.url, table);
      expect(content).toMatchObject({ rows: Number(await move(database, table)) });
      expect(await contentOf(database.url, table)).toEqual(content);
    }
    expect(compareCatalogues(before, await readLiveCatalogue(database.url))).toEqual([]);
    expect(
      await queryOnce(
        database.url,
        `SELECT hypertable_name::text AS name, num_chunks > 1 OR hypertable_name = 'market_data' AS "hasChunks",
           to_regnamespace('migrating') AS left
         FROM timescaledb_information.hypertables WHERE hypertable_schema = 'public' ORDER BY 1`,
      ),
    ).toEqual(tables.map((name) => ({ name, hasChunks: true, left: null })));
    expect(await move(database, "trades")).toBe(0n);
  });

  it("keeps its grants, comments, storage parameters, statistics targets, and where identity goes on", async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    const role = `reader_${randomBytes(5).toString("hex")}`;
    const look = async (): Promise<readonly Record<string, unknown>[]> =>
      queryOnce(
        database.url,
        `SELECT c.relowner::regrole::text, c.relacl::text, c.reloptions, c.relreplident, c.relrowsecurity,
           pg_sequence_last_value(pg_get_serial_sequence('market_data', 'number')::regclass) AS number,
           obj_description(c.oid, 'pg_class') AS comment,
           (SELECT array_agg(a.attname || a.attacl::text) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS columns,
           (SELECT attstattarget FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'symbol') AS target,
           (SELECT array_agg(col_description(c.oid, a.attnum)) FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'symbol') AS described,
           obj_description('market_data_pkey'::regclass, 'pg_class') AS index,
           (SELECT obj_description(k.oid, 'pg_constraint') FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = 'market_data_source_form') AS constraint
         FROM pg_class c WHERE c.oid = 'market_data'::regclass`,
      );
    await queryOnce(database.superuserUrl, `CREATE ROLE ${role}`);
    try {
      await queryOnce(
        database.url,
        `ALTER TABLE market_data ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
         GRANT SELECT, INSERT ON market_data TO ${role};
         GRANT UPDATE (volume), REFERENCES (symbol) ON market_data TO ${role} WITH GRANT OPTION;
         GRANT SELECT ON market_data TO PUBLIC;
         REVOKE TRUNCATE ON market_data FROM CURRENT_USER;
         COMMENT ON TABLE market_data IS 'what''s kept';
         COMMENT ON COLUMN market_data.symbol IS 'as the venue writes it';
         COMMENT ON INDEX market_data_pkey IS 'one bar a place';
         COMMENT ON CONSTRAINT market_data_source_form ON market_data IS 'a code';
         ALTER TABLE market_data SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
         ALTER TABLE market_data ALTER COLUMN symbol SET STATISTICS 500;
         ALTER TABLE market_data REPLICA IDENTITY FULL;
         ALTER TABLE market_data ENABLE ROW LEVEL SECURITY`,
      );
      const before = await look();
      expect(Number(before[0]?.["number"])).toBeGreaterThan(2000);
      await move(database, "market_data");
      const sorted = (rows: typeof before) =>
        rows.map(({ relacl, ...rest }) => ({
          ...rest,
          relacl: String(relacl).slice(1, -1).split(",").toSorted(),
        }));
      expect(sorted(await look())).toEqual(sorted(before));
    } finally {
      await queryOnce(database.superuserUrl, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it("is gone on writing by a role that may only insert, while it is copied and after", async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    const role = `writer_${randomBytes(5).toString("hex")}`;
    await queryOnce(database.superuserUrl, `CREATE ROLE ${role}; GRANT INSERT ON market_data TO ${role}`);
    const write = async (minute: number): Promise<unknown> =>
      queryOnce(
        database.superuserUrl,
        `SET ROLE ${role}; INSERT INTO market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
         VALUES ('XTEST', 'WRITTEN', '1m', '2026-03-01 00:0${minute}:00+00', 1, 1, 1, 1, 'writer')`,
      );
    try {
      await beginMove(database, "market_data");
      await write(1);
      await move(database, "market_data");
      await write(2);
      expect(
        await queryOnce(
          database.url,
          "SELECT count(*)::int AS written, (SELECT bar_count::int FROM market_series WHERE symbol = 'WRITTEN') AS counted FROM market_data WHERE symbol = 'WRITTEN'",
        ),
      ).toEqual([{ written: 2, counted: 2 }]);
    } finally {
      await queryOnce(database.superuserUrl, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it("ends right when it was truncated, and when it was rewritten, while it was copied", async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    await beginMove(database, "orders");
    await queryOnce(database.url, "VACUUM FULL orders");
    const orders = await contentOf(database.url, "orders");
    await move(database, "orders");
    expect(await contentOf(database.url, "orders")).toEqual(orders);

    await beginMove(database, "market_data");
    await queryOnce(database.url, "TRUNCATE market_data");
    await queryOnce(
      database.url,
      `INSERT INTO market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
       SELECT 'XTEST', 'SYM1', '1m', '2026-02-01 00:00:00+00'::timestamptz + n * interval '7 minutes', 2, 2, 2, 2, 'anew'
       FROM generate_series(1, 50) n`,
    );
    const bars = await contentOf(database.url, "market_data");
    expect(await move(database, "market_data")).toBe(50n);
    expect(await contentOf(database.url, "market_data")).toEqual(bars);
  });

  it("begins again when its definition changed since the move was interrupted, and can be left as it was", async () => {
    await using database = await createTestDatabase({ template: seededTemplate });
    await beginMove(database, "market_data");
    await queryOnce(database.url, "ALTER TABLE market_data ADD COLUMN added int DEFAULT 7");
    const content = await contentOf(database.url, "market_data");
    await move(database, "market_data");
    expect(await contentOf(database.url, "market_data")).toEqual(content);

    const before = await readLiveCatalogue(database.url);
    await beginMove(database, "trades");
    // Part of the migrator's own work, and no drift.
    expect(compareCatalogues(before, await readLiveCatalogue(database.url))).toEqual([]);
    const logging = "SELECT tgname::text AS name FROM pg_trigger WHERE tgname LIKE 'migrating%' ORDER BY 1";
    expect(await queryOnce(database.url, logging)).toEqual(
      ["delete", "insert", "truncate", "update"].map((what) => ({ name: `migrating_${what}` })),
    );
    await using opened = await openRun(database.url);
    expect(await abandonMoves(opened.run)).toEqual(["trades"]);
    expect((await readLiveCatalogue(database.url)).fingerprint).toBe(before.fingerprint);
    expect(await queryOnce(database.url, logging)).toEqual([]);
    expect(await queryOnce(database.url, "SELECT to_regnamespace('migrating') AS left")).toEqual([
      { left: null },
    ]);
  });
});

describe(
  "a move is refused, naming what is in the way and leaving the table as it was,",
  { timeout: TIMEOUT },
  () => {
    const inTheWay = [
      {
        what: "with a trigger nobody declared",
        make: "CREATE TRIGGER by_hand BEFORE UPDATE ON market_data FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        named: "trigger market_data.by_hand",
      },
      {
        what: "with a view nobody declared",
        make: "CREATE VIEW handmade AS SELECT symbol FROM market_data",
        named: "view handmade",
      },
      {
        what: "with an undeclared view on a declared view",
        make: "CREATE VIEW on_top AS SELECT symbol FROM candles_5m",
        named: "view on_top",
      },
      {
        what: "with a row policy",
        make: "CREATE POLICY mine ON market_data USING (true)",
        named: "row policy mine on market_data",
      },
      {
        what: "with a rule",
        make: "CREATE RULE no_delete AS ON DELETE TO market_data DO INSTEAD NOTHING",
        named: "rule no_delete on market_data",
      },
      {
        what: "with a foreign key to it",
        make: "CREATE TABLE notes (e text, s text, f timeframe, t timestamptz, CONSTRAINT notes_bar FOREIGN KEY (e, s, f, t) REFERENCES market_data)",
        named: "foreign key notes_bar of notes",
      },
      {
        what: "with a function that takes its row",
        make: "CREATE FUNCTION mid(market_data) RETURNS float8 LANGUAGE sql RETURN ($1.high + $1.low) / 2",
        named: "function mid(market_data)",
      },
    ];

    it("whatever that is", async () => {
      for (const { what, make, named } of inTheWay) {
        await using database = await createTestDatabase({ template: seededTemplate });
        await queryOnce(database.url, make);
        const before = await readLiveCatalogue(database.url);
        await expect(move(database, "market_data"), what).rejects.toMatchObject({
          code: "move-refused",
          inTheWay: [named],
        });
        expect((await readLiveCatalogue(database.url)).fingerprint, what).toBe(before.fingerprint);
        expect(await queryOnce(database.url, "SELECT to_regnamespace('migrating') AS left")).toEqual([
          { left: null },
        ]);
      }
    });
  },
);
