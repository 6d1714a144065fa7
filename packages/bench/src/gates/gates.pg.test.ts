// Each gate is made to fail on purpose, on a real server: one that cannot is no gate.
import { setTimeout as wait } from "node:timers/promises";
import { connectDirect, parseConnection, type Queryable } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { connect, type TradingData } from "@app/repositories";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../measuring/finding.ts";
import { openSeededDatabase } from "../seeding/open-seeded-database.ts";
import { hasClientProgram } from "../servers/client-program.ts";
import { openReference } from "../servers/reference-client.ts";
import { type BenchFacts, readFacts } from "../workloads/bench-facts.ts";
import { createDraw } from "../workloads/draw.ts";
import { compressionGate } from "./compression-gate.ts";
import { createRunRecord, type Gate, type GateContext, type OwnDatabases } from "./gate.ts";
import { createFirstCallGate } from "./first-call-gate.ts";
import { createGrowthGate, type GrowthRead } from "./growth-gate.ts";
import { createIndexUseGate } from "./index-use-gate.ts";
import { createLatencyGate } from "./latency-gate.ts";
import { pgbenchGate } from "./pgbench-gate.ts";
import { createRoundTripGate } from "./round-trip-gate.ts";
import { runGate } from "./run-gate.ts";
import { explainSlowest } from "./slowest-query.ts";

let database: TestDatabase;
let data: TradingData;
let facts: BenchFacts;

beforeAll(async () => {
  database = await createTestDatabase();
  const { url, superuserUrl, edition } = database;
  if (edition !== "postgres") await execute(superuserUrl, "create extension timescaledb");
  await openSeededDatabase({ url, superuserUrl, profile: "trial" });
  data = connect({ database: url, poolSize: 20 });
  facts = await readFacts(data);
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

async function execute(url: string, text: string): Promise<void> {
  await using connection = await connectDirect(parseConnection(url));
  await connection.script(text);
}

const ownOf = (scales: OwnDatabases["scales"]): OwnDatabases => ({
  get benchmarks(): never {
    throw new Error("No gate here has benchmarks.");
  },
  scales,
});

function contextOf(changes: Partial<GateContext> = {}): GateContext {
  return {
    edition: database.edition,
    url: database.url,
    data,
    database: data,
    connections: 4,
    facts,
    effort: {
      rounds: 2,
      loadSeconds: 0.2,
      saturationSeconds: 0.2,
      warmUpCalls: 3,
      leastCalls: 10,
      callShare: 1,
      judgesTimes: true,
    },
    draw: () => createDraw(7),
    own: ownOf(() => Promise.reject(new Error("No gate here has two sizes."))),
    record: createRunRecord(),
    say: () => {},
    ...changes,
  };
}

async function findingsOf(gate: Gate, context = contextOf()): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of gate.run(context)) findings.push(finding);
  return findings;
}

const about = (findings: readonly Finding[], text: string): Finding | undefined =>
  findings.find(({ subject }) => subject.includes(text));

/** Waits before the statements of one name. */
function delayed(name: string, milliseconds: number): Queryable {
  return {
    async query(statement, values) {
      if (typeof statement !== "string" && statement.name === name) await wait(milliseconds);
      return await data.query(statement, values);
    },
  };
}

describe("the gate of the indexes", () => {
  it("is missed by an index that no query uses, and names it", async () => {
    await execute(
      database.url,
      "create index bench_useless on market_data (quality_score, source); analyze market_data",
    );
    const unused = about(await findingsOf(createIndexUseGate(1)), "no catalogued query uses");
    await execute(database.url, "drop index bench_useless");
    expect(unused?.isKept).toBe(false);
    expect(unused?.note).toContain("bench_useless");
    expect(
      about(await findingsOf(createIndexUseGate(1)), "no catalogued query uses")?.note ?? "",
    ).not.toContain("bench_useless");
  });
});

describe("the gate of compression", () => {
  it("is missed where no chunk is in columns, and not available where there are no columns", async () => {
    const bars = about(await findingsOf(compressionGate), "market_data,");
    if (database.edition === "timescale") {
      expect(bars).toMatchObject({ figure: Number.NaN, isKept: false, note: "No chunk is in columns." });
    } else {
      expect(bars).toMatchObject({ figure: Number.NaN, bound: undefined, isKept: undefined });
      expect(bars?.note).toContain("Not available");
    }
  });

  it("measures chunks that are in columns", async ({ skip }) => {
    skip(database.edition !== "timescale", "this edition has no columnstore");
    await execute(
      database.url,
      `do $$ declare chunk regclass; begin
         for chunk in select format('%I.%I', chunk_schema, chunk_name)::regclass from timescaledb_information.chunks
           where hypertable_name = 'market_data' order by range_start
         loop if exists (select from pg_class where oid = chunk) then call convert_to_columnstore(chunk); end if; end loop;
       end $$`,
    );
    const bars = about(await findingsOf(compressionGate), "market_data,");
    expect(bars?.figure).toBeGreaterThan(0);
    expect(bars?.note).toMatch(/^\d+ chunks in columns$/u);
  });
});

describe("the gate of a class of queries", () => {
  it("is missed by a query that is slow, which is named, and counts from the intended start", async () => {
    // Longer than any other query takes on a busy machine.
    const slow = delayed("market_series.latest", 300);
    const context = contextOf({ database: slow });
    const findings = await findingsOf(createLatencyGate("market_data"), context);
    const query = about(findings, "market_series.latest,");
    expect(query?.isKept).toBe(false);
    expect(query?.figure).toBeGreaterThanOrEqual(300);
    expect(about(findings, "all of its queries together")?.isKept).toBe(false);
    await explainSlowest(context);
    expect(context.record.slowest?.workload).toBe("market_series.latest");
    expect(context.record.slowest?.plan).toMatch(/Execution Time/u);
  });

  it("judges no absolute time where a profile says so", async () => {
    const slow = delayed("market_series.latest", 60);
    const effort = { ...contextOf().effort, judgesTimes: false };
    const findings = await findingsOf(
      createLatencyGate("market_data"),
      contextOf({ database: slow, effort }),
    );
    expect(findings.length).toBeGreaterThan(20);
    expect(findings.filter(({ bound }) => bound !== undefined)).toEqual([]);
  });

  it("fails with the error of a statement that fails", async () => {
    const broken: Queryable = { query: () => Promise.reject(new Error("the server is gone")) };
    await expect(
      findingsOf(createLatencyGate("market_data"), contextOf({ database: broken })),
    ).rejects.toThrow(/the server is gone/u);
  });
});

describe("the gate of round trips", () => {
  const name = "orders.get";

  it("is missed by a call that is slower than its reference, in both runs", async () => {
    const context = contextOf({ database: delayed(name, 15) });
    const findings = await runGate(createRoundTripGate(undefined, [name]), context);
    expect(findings.filter(({ isKept }) => isKept === false)).toHaveLength(1);
    expect(findings.filter(({ subject }) => subject === `${name} (first run)`)).toHaveLength(1);
  });

  it("measures its reference: a slower one is not outrun by the same call", async () => {
    const slower = createRoundTripGate(
      async (url) => {
        const reference = await openReference(url);
        return {
          ...reference,
          async query(...call) {
            await wait(30);
            return await reference.query(...call);
          },
          [Symbol.asyncDispose]: () => reference[Symbol.asyncDispose](),
        };
      },
      [name],
    );
    const findings = await findingsOf(slower, contextOf({ database: delayed(name, 15) }));
    expect(findings.find(({ bound }) => bound !== undefined)?.isKept).toBe(true);
  });
});

describe("the gate of first calls", () => {
  it("is missed by a session whose sixth call is the slow one", async () => {
    const slow = createFirstCallGate((url) => {
      const session = connect({ database: url, poolSize: 1 });
      let calls = 0;
      return {
        async query(...call) {
          // The first call logs in.
          if (calls++ === 6) await wait(100);
          return await session.query(...call);
        },
        [Symbol.asyncDispose]: () => session.close(),
      };
    });
    const findings = await findingsOf(slow);
    expect(findings.map(({ isKept }) => isKept)).toEqual([false, false, false, false, false]);
  });
});

describe("the gate of pgbench", () => {
  it("plans on both sides as our sessions do, and says how", async ({ skip }) => {
    skip(!(await hasClientProgram("pgbench")), "there is no pgbench on this machine");
    const effort = { ...contextOf().effort, rounds: 1 };
    const [finding] = await findingsOf(pgbenchGate, contextOf({ effort }));
    expect(finding?.figure).toBeGreaterThan(0);
    const mode = database.edition === "postgres" ? "auto" : "force_custom_plan";
    expect(finding?.note).toBe(
      `plan_cache_mode of our sessions: ${mode}; of pgbench's, by PGOPTIONS: ${mode}`,
    );
  });
});

describe("the gate of growth", () => {
  const read = (text: string): GrowthRead => ({
    name: text,
    prepare: ({ query }) => Promise.resolve(() => query(text)),
  });

  it("is missed by a query without a bound, which grows more than one with a bound", async () => {
    await using few = await createTestDatabase();
    await using many = await createTestDatabase();
    for (const [scaled, rows] of [
      [few, 5_000],
      [many, 100_000],
    ] as const) {
      await execute(
        scaled.url,
        `create table fills as select n as id, n * 0.5 as price from generate_series(1, ${rows}) n; create index on fills (id); analyze fills`,
      );
    }
    const unbounded = read("select sum(price) from fills");
    const bounded = read("select price from fills where id > 5 order by id limit 100");
    const context = contextOf({ own: ownOf(() => Promise.resolve({ few, many })) });
    const findings = await findingsOf(createGrowthGate([unbounded, bounded]), context);
    const [grown, steady] = findings;
    expect(grown?.isKept).toBe(false);
    // Not that it is kept: beside other tests, a machine has moments of its own.
    expect(steady?.figure).toBeLessThan((grown?.figure ?? Number.NaN) / 2);
    expect(context.record.growth.get(unbounded.name)?.points.map(({ scale }) => scale)).toEqual([1, 10]);
  });
});

describe("the gate of the indexes, at last", () => {
  it("is missed by an index that was dropped, and names it and the queries that read a table whole", async () => {
    const before = await findingsOf(createIndexUseGate(1));
    expect(about(before, "database has not")).toMatchObject({ figure: 0, isKept: true });
    expect(about(before, "from end to end")?.isKept).toBe(true);
    await execute(database.url, "alter table market_data drop constraint market_data_pkey");
    const after = await findingsOf(createIndexUseGate(1));
    expect(about(after, "database has not")).toMatchObject({
      figure: 1,
      isKept: false,
      note: "market_data_pkey",
    });
    // A day of so few bars is read whole faster than by an index, and with chunks a query reads no more than that.
    if (database.edition !== "postgres") return;
    const share = about(after, "from end to end");
    expect(share?.isKept).toBe(false);
    expect(share?.note).toContain("market_data.list_bars");
  });
});
