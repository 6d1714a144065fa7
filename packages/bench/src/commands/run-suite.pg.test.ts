import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gate } from "../gates/gate.ts";
import { chunkDepthGate } from "../gates/repository-gates.ts";
import { openSeededDatabase } from "../seeding/open-seeded-database.ts";
import { createWriteWorkloads } from "../workloads/write-workloads.ts";
import { WRITER } from "../workloads/writer.ts";
import type { RunDatabase } from "./run-database.ts";
import { readBenchOptions } from "./bench-options.ts";
import { measureOn, obstacleOf } from "./run-suite.ts";

let database: TestDatabase;
let run: RunDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { url, superuserUrl, edition } = database;
  if (edition !== "postgres") {
    await using connection = await connectDirect(parseConnection(superuserUrl));
    await connection.query("create extension timescaledb");
  }
  const { description } = await openSeededDatabase({ url, superuserUrl, profile: "trial" });
  run = {
    url,
    superuserUrl,
    dataset: description,
    server: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});
afterAll(async () => {
  await database.drop();
});

const options = readBenchOptions(["--profile", "smoke"], []);

describe("a run", () => {
  it("takes back what was written where a gate fails", async () => {
    let written = 0;
    const failing: Gate = {
      name: "failing",
      about: "writes, and fails",
      async *run({ data, draw }) {
        for (const workload of await createWriteWorkloads(data, draw("writes"))) await workload.run(data);
        const { rows } = await data.query("select from orders where account = $1", [WRITER.account]);
        written = rows.length;
        yield await Promise.reject(new Error("the gate failed"));
      },
    };
    await expect(measureOn(run, [failing], options, () => {})).rejects.toThrow("the gate failed");
    expect(written).toBeGreaterThan(0);
    await using connection = await connectDirect(parseConnection(database.url));
    const { rows } = await connection.query(
      `select 'orders' as left from orders where account = $1 union all select 'trades' from trades where account = $1
       union all select 'bars' from market_data where exchange = $2 union all select 'strategies' from strategies where name = $3`,
      [WRITER.account, WRITER.exchange, WRITER.strategy],
    );
    expect(rows).toEqual([]);
  });

  it("says of a gate that cannot be had why, without running it", async () => {
    const { findings } = await measureOn(run, [chunkDepthGate], options, () => {});
    const because =
      database.edition === "postgres"
        ? "the edition postgres has no chunks"
        : "it needs databases of its own";
    expect(findings.map(({ isKept, note }) => ({ isKept, note }))).toEqual([
      { isKept: undefined, note: expect.stringContaining(`Not available: ${because}`) },
    ]);
    expect(obstacleOf(chunkDepthGate, "timescale", true)).toBeUndefined();
  });
});
