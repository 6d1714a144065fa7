// Retention on every edition, by rows or by chunks: what is past its years goes, what is younger or held stays, whoever
// comes in between and whatever ends the run.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConnection } from "@app/database";
import { maintain, maintenanceLockKey, type MaintainOptions, type MaintainResult } from "@app/migrator";
import type pg from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openClient, refusedBy } from "../fixtures/client.ts";
import { commandLine, runCommand, startProgram } from "../fixtures/command.ts";
import { insertRow, type Row } from "../fixtures/insert.ts";
import { barRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase(2);
const inChunks = (): boolean => db.database.edition !== "postgres";

// Where the server has jobs they would be left to do it; one test is about that, and adds one.
beforeAll(async () => {
  if (db.database.edition !== "timescale") return;
  await db.client.query(
    "select delete_job(job_id) from timescaledb_information.jobs where proc_name = 'drop_expired_chunks'",
  );
});

/** Noon of a day so and so many years ago, so that neighbours share a day. */
const yearsAgo = (years: number, days = 0): Temporal.Instant =>
  Temporal.Now.zonedDateTimeISO("UTC").subtract({ years }).add({ days }).withPlainTime("12:00").toInstant();

const run = (options: Partial<MaintainOptions> = {}): Promise<MaintainResult> =>
  maintain({ connection: parseConnection(db.database.url), ...options });

const outcomeOf = ({ retention }: MaintainResult, table: string) =>
  retention.find((outcome) => outcome.table === table);

let account = "";
beforeEach(() => {
  account = `account ${randomBytes(4).toString("hex")}`;
});
afterEach(async () => {
  await Promise.all(db.clients.map((client) => client.query("rollback")));
  await db.client.query("truncate market_data");
});

async function fill(at: Temporal.Instant, symbol: string, overrides: Row = {}): Promise<string> {
  const row = { ...tradeRow({ account, symbol, ...overrides }), id: idAt(at), executed_at: at.toString() };
  await insertRow(db.client, "trades", row);
  await withoutRules("update trades set recorded_at = executed_at where id = $1 and executed_at = $2", [
    row.id,
    row.executed_at,
  ]);
  return row.id;
}

/** Makes what only time could: the database takes no moment of recording but its own, and a hold only ever lengthens. */
async function withoutRules(sql: string, values: readonly unknown[]): Promise<void> {
  const superuser = await openClient(db.database.superuserUrl);
  try {
    await superuser.query("set session_replication_role = replica");
    await superuser.query(sql, [...values]);
  } finally {
    await superuser.end();
  }
}

const symbolsLeft = async (): Promise<unknown[]> =>
  (await db.rows("select symbol from trades where account = $1 order by symbol", [account])).map(
    (row) => row["symbol"],
  );

async function insertBars(days: readonly Temporal.Instant[]): Promise<void> {
  await db.client.query(
    `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
     select 'XTEST', symbol, '1m', day + minute * interval '1 minute', 10, 12, 9, 11, minute, 'test'
     from unnest($1::timestamptz[]) day, unnest(array['A', 'B']) symbol, generate_series(0, 99) minute`,
    [days.map(String)],
  );
}

async function expectExactCatalogue(): Promise<Row[]> {
  const series = await db.rows(
    "select symbol, first_time, last_time, bar_count, last_volume from market_series order by symbol",
  );
  expect(series).toEqual(
    await db.rows(
      `select symbol, min(time) as first_time, max(time) as last_time, count(*) as bar_count,
         (array_agg(volume order by time desc))[1] as last_volume
       from market_data group by symbol order by symbol`,
    ),
  );
  expect(await db.rows("select from market_data_deletions")).toEqual([]);
  return series;
}

describe("retention", () => {
  it("removes what is past its years, and never what is younger", async () => {
    await fill(yearsAgo(9), "very old");
    await fill(yearsAgo(7, -9), "just over");
    await fill(yearsAgo(7, 1), "just under");
    await fill(yearsAgo(0), "today");
    const dry = outcomeOf(await run({ dryRun: true }), "trades");
    expect(dry).toMatchObject({ removed: 2, held: 0 });
    expect(await symbolsLeft()).toHaveLength(4);
    expect(outcomeOf(await run(), "trades")).toEqual({ ...dry, before: expect.any(String) });
    expect(await symbolsLeft()).toEqual(["just under", "today"]);
    expect(outcomeOf(await run(), "trades")).toMatchObject({ removed: 0, held: 0 });
  });

  it("leaves a held row, and with it its chunk, until the hold is over", async () => {
    const held = await fill(yearsAgo(9), "held", { retain_until: "2999-12-31" });
    await fill(yearsAgo(9), "same day");
    await fill(yearsAgo(9, 8), "next chunk");
    await fill(yearsAgo(8), "later");
    expect(outcomeOf(await run(), "trades")).toMatchObject({ held: 1 });
    expect(await symbolsLeft()).toEqual(inChunks() ? ["held", "same day"] : ["held"]);
    // A hold until today is over: the day is named as the last one.
    await withoutRules("update trades set retain_until = (now() at time zone 'UTC')::date where id = $1", [
      held,
    ]);
    expect(outcomeOf(await run(), "trades")).toMatchObject({ held: 0 });
    expect(await symbolsLeft()).toEqual([]);
  });

  it("honours a hold that is being set while it runs", async () => {
    const [, holder] = db.clients;
    const id = await fill(yearsAgo(8), "soon held");
    await holder?.query("begin");
    await holder?.query("update trades set retain_until = '2999-12-31' where id = $1", [id]);
    const running = run();
    await Promise.race([running, untilMaintenanceWaitsFor(holder)]);
    await holder?.query("commit");
    await running;
    expect(await symbolsLeft()).toEqual(["soon held"]);
    expect(outcomeOf(await run(), "trades")).toMatchObject({ removed: 0, held: 1 });
    await withoutRules("update trades set retain_until = (now() at time zone 'UTC')::date where id = $1", [
      id,
    ]);
    await run();
  });

  it("of a fill between two that stay makes the accounting refuse what it can no longer know", async () => {
    const strategy = strategyRow();
    await insertRow(db.client, "strategies", strategy);
    const of = { strategy_id: strategy.id };
    const held = await fill(yearsAgo(9), "BTC", { ...of, retain_until: "2999-12-31" });
    await fill(yearsAgo(8), "BTC", of);
    await fill(yearsAgo(1), "BTC", of);
    await run();
    expect(await symbolsLeft()).toHaveLength(2);
    expect(await refusedBy(fill(yearsAgo(2), "BTC", of))).toBe("positions_history_kept");
    expect(await refusedBy(db.rows("delete from strategies where id = $1", [strategy.id]))).toBe(
      "strategies_history_kept",
    );
    await fill(yearsAgo(0), "BTC", of);
    expect(await db.rows("select quantity, fill_count from positions where account = $1", [account])).toEqual(
      [{ quantity: "4", fill_count: "4" }],
    );
    await withoutRules("update trades set retain_until = (now() at time zone 'UTC')::date where id = $1", [
      held,
    ]);
    await run();
  });

  it("keeps the series catalogue exact, and forgets a series of which nothing is left", async () => {
    await insertBars([yearsAgo(9), yearsAgo(8), yearsAgo(8, 1), yearsAgo(6), yearsAgo(0)]);
    await insertRow(db.client, "market_data", barRow({ symbol: "GONE", time: yearsAgo(8).toString() }));
    // Small batches, so that a series takes several.
    expect(outcomeOf(await run({ batchRows: 70 }), "market_data")).toMatchObject({
      removed: inChunks() ? 3 : 601,
    });
    expect(await expectExactCatalogue()).toMatchObject([
      { symbol: "A", bar_count: "200" },
      { symbol: "B", bar_count: "200" },
    ]);
    expect(await db.rows("select bar_count from market_overview order by symbol")).toEqual([
      { bar_count: "200" },
      { bar_count: "200" },
    ]);
  });

  it("removes old chunks that are stored in columns, and counts their bars", async (context) => {
    context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
    await insertBars([yearsAgo(9), yearsAgo(8), yearsAgo(0)]);
    await db.client.query("select compress_chunk(chunk) from show_chunks('market_data') chunk");
    expect(outcomeOf(await run(), "market_data")).toMatchObject({ removed: 2 });
    expect(await expectExactCatalogue()).toMatchObject([{ bar_count: "100" }, { bar_count: "100" }]);
  });
});

/** Waits, bounded, until a maintenance run waits for a session; others (autovacuum) may stand in its way for a moment. */
async function untilMaintenanceWaitsFor(blocker: pg.Client | undefined): Promise<number | undefined> {
  for (let attempt = 0; attempt < 6000; attempt += 1) {
    const [row] = await db.rows(
      `select pid from pg_stat_activity where datname = current_database()
       and application_name like 'maintain %' and $1 = any(pg_blocking_pids(pid))`,
      [(blocker as (pg.Client & { readonly processID: number }) | undefined)?.processID],
    );
    if (row !== undefined) return Number(row["pid"]);
    await sleep(10);
  }
  return undefined;
}

async function untilNoMaintenance(): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const found = await db.rows(
      "select from pg_stat_activity where datname = current_database() and application_name like 'maintain %'",
    );
    if (found.length === 0) return;
    await sleep(10);
  }
}

describe("a maintenance run", () => {
  it("does nothing while another is at work, and says so", async () => {
    await fill(yearsAgo(8), "old");
    await db.client.query("select pg_advisory_lock($1::bigint)", [maintenanceLockKey]);
    const skipped = await run();
    expect(skipped).toMatchObject({ ran: false, retention: [], overviewRefreshed: false });
    expect(skipped.otherRun?.pid).toBe((db.client as pg.Client & { readonly processID: number }).processID);
    const command = await runCommand(["db:maintain"], db.database.url);
    expect(command).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Skipped: another maintenance run"),
    });
    await db.client.query("select pg_advisory_unlock($1::bigint)", [maintenanceLockKey]);
    expect(await symbolsLeft()).toEqual(["old"]);
    expect(await run()).toMatchObject({ ran: true, overviewRefreshed: true });
    expect(await symbolsLeft()).toEqual([]);
  });

  it("of several at once leaves what one would have left", async () => {
    await insertBars([yearsAgo(9), yearsAgo(8), yearsAgo(0)]);
    await fill(yearsAgo(8), "old");
    await fill(yearsAgo(0), "young");
    const results = await Promise.all([run(), run(), run(), run()]);
    expect(results.some(({ ran }) => ran)).toBe(true);
    expect(await symbolsLeft()).toEqual(["young"]);
    expect(await expectExactCatalogue()).toMatchObject([{ bar_count: "100" }, { bar_count: "100" }]);
  });

  it(
    "that is killed in the middle leaves whole steps, no lock, and the rest to the next",
    { timeout: 120_000 },
    async () => {
      const [, other] = db.clients;
      await insertBars([yearsAgo(9), yearsAgo(8), yearsAgo(0)]);
      await fill(yearsAgo(8), "old");
      await other?.query("begin");
      await other?.query("lock table trades in access exclusive mode");
      const command = startProgram(commandLine, ["db:maintain"], db.database.url);
      expect(await untilMaintenanceWaitsFor(other)).toBeTypeOf("number");
      command.process.kill("SIGKILL");
      expect((await command.ended).signal).toBe("SIGKILL");
      await untilNoMaintenance();
      await other?.query("rollback");
      expect(await symbolsLeft()).toEqual(["old"]);
      expect(await expectExactCatalogue()).toMatchObject([{ bar_count: "100" }, { bar_count: "100" }]);
      const again = await runCommand(["db:maintain", "--json"], db.database.url);
      expect(again.exitCode).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({ ran: true, overviewRefreshed: true });
      expect(await symbolsLeft()).toEqual([]);
    },
  );

  it("leaves to a job of the server what the job does, unless told to do it at once", async (context) => {
    context.skip(db.database.edition !== "timescale", "only the community edition has jobs");
    await fill(yearsAgo(8), "old");
    const [job] = await db.rows(
      `select add_job('drop_expired_chunks', interval '1 day', initial_start => now() + interval '1 day', config =>
         '{"schema": "public", "hypertable": "trades", "time_column": "executed_at", "drop_after": "7 years", "hold_column": "retain_until"}') as id`,
    );
    expect(outcomeOf(await run(), "trades")).toMatchObject({ means: "job", job: job?.["id"] });
    expect(await symbolsLeft()).toEqual(["old"]);
    await db.client.query(`call run_job(${String(job?.["id"])})`);
    expect(await symbolsLeft()).toEqual([]);
    await fill(yearsAgo(8), "old again");
    expect(outcomeOf(await run({ all: true }), "trades")).toMatchObject({ means: "chunks", removed: 1 });
    await db.client.query("select delete_job($1)", [job?.["id"]]);
  });
});

describe("drop_expired_chunks", () => {
  const call = (config: object): Promise<unknown> =>
    db.client.query("call drop_expired_chunks(0, $1)", [JSON.stringify(config)]);
  const trades = {
    hypertable: "trades",
    time_column: "executed_at",
    drop_after: "7 years",
    hold_column: "retain_until",
  };

  it("is there on every edition, and says where there are no chunks", async () => {
    expect(await refusedBy(call(trades))).toBe(inChunks() ? "nothing: it was accepted" : "0A000");
  });

  it("lets no configuration shorten what a table of record is kept for", async (context) => {
    context.skip(!inChunks(), "needs chunks");
    expect(await refusedBy(call({ ...trades, drop_after: "6 years" }))).toBe("trades_kept_until");
    expect(await refusedBy(call({ ...trades, hold_column: null }))).toBe("trades_kept_until");
    expect(await refusedBy(call({ ...trades, drop_after: "-1 day" }))).toBe("22023");
    expect(await refusedBy(call({ hypertable: "trades" }))).toBe("22023");
  });

  it("is nobody's to call but the owner's, nor is the queue of deleted bars to write", async () => {
    const role = `reader_${randomBytes(5).toString("hex")}`;
    const superuser = await openClient(db.database.superuserUrl);
    try {
      await superuser.query(
        `create role ${role}; grant select, insert, delete on all tables in schema public to ${role}; set role ${role}`,
      );
      expect(
        await refusedBy(superuser.query("call drop_expired_chunks(0, $1)", [JSON.stringify(trades)])),
      ).toBe("42501");
      expect(
        await refusedBy(
          superuser.query(
            "insert into market_data_deletions (exchange, symbol, timeframe) values ('X', 'A', '1m')",
          ),
        ),
      ).toBe("market_data_deletions_computed");
    } finally {
      await superuser.query(`reset role; drop owned by ${role}; drop role ${role}`);
      await superuser.end();
    }
  });
});
