// All peers on a real server, little of everything: that they answer alike, and that one that does not is told apart from one that is slow.
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { connect } from "@app/repositories";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDirect, parseConnection } from "@app/database";
import { openSeededDatabase } from "../seeding/open-seeded-database.ts";
import { type BenchFacts, readFacts } from "../workloads/bench-facts.ts";
import { OTHER_PEERS, REFERENCE } from "./all-peers.ts";
import type { PeerEffort } from "./measure-peers.ts";
import { askRows, type PeerSource } from "./peer.ts";
import { type PeerQueryName, peerQueryNames } from "./peer-queries.ts";
import { type PeerQueryResult, troublesOf } from "./peers-report.ts";
import { openNamedPg } from "./raw-pg.ts";
import { runPeers } from "./run-peers.ts";

const EFFORT: PeerEffort = {
  rounds: 1,
  loadRounds: 1,
  saturationSeconds: 0.01,
  loadSeconds: 0.01,
  leastCalls: 2,
  callShare: 0.1,
  connections: 2,
};

let database: TestDatabase;
let facts: BenchFacts;

beforeAll(async () => {
  database = await createTestDatabase();
  const { url, superuserUrl, edition } = database;
  if (edition !== "postgres") {
    await using superuser = await connectDirect(parseConnection(superuserUrl));
    await superuser.query("create extension timescaledb");
  }
  await openSeededDatabase({ url, superuserUrl, profile: "trial" });
  await using data = connect({ database: url, poolSize: 1 });
  facts = await readFacts(data);
});
afterAll(() => database.drop());

const run = (
  others: readonly PeerSource[],
  questions?: readonly PeerQueryName[],
): Promise<readonly PeerQueryResult[]> =>
  runPeers({
    url: database.url,
    facts,
    seed: 1,
    reference: REFERENCE,
    others,
    questions,
    effort: EFFORT,
    say: () => {},
  });

/** Status and reason of a peer, by question. */
function sayingsOf(queries: readonly PeerQueryResult[], peer: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    queries.flatMap(({ query, results }) =>
      results.flatMap((result) => {
        if (result.peer !== peer) return [];
        return [[query, result.status === "measured" ? "measured" : `${result.status}: ${result.reason}`]];
      }),
    ),
  );
}

/** node-postgres but for one thing. */
function spoiled(name: string, spoil: (rows: readonly object[]) => readonly object[]): PeerSource {
  return {
    name,
    package: "pg",
    answers: ["fills", "order"],
    isOverServer: true,
    load: () =>
      Promise.resolve((options) => {
        const peer = openNamedPg(options);
        const { fills, order } = peer.questions;
        if (fills === undefined || order === undefined) throw new TypeError("It answers all questions.");
        return {
          questions: { order, fills: askRows(async (values) => spoil(await fills.rows(values))) },
          [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
        };
      }),
  };
}

describe("the peers", () => {
  it("give the same answers to every question, and are measured", async () => {
    const queries = await run(OTHER_PEERS);
    expect(troublesOf(queries)).toEqual([]);
    expect(queries.map(({ query }) => query)).toEqual(peerQueryNames);
    for (const { answers, name } of [REFERENCE, ...OTHER_PEERS]) {
      expect(sayingsOf(queries, name)).toEqual(
        Object.fromEntries(answers.map((query) => [query, "measured"])),
      );
    }
    for (const { query, results, rate, rows } of queries) {
      expect(rate, query).toBeGreaterThan(0);
      expect(rows, query).toBeGreaterThan(0);
      for (const result of results) {
        if (result.status !== "measured") continue;
        const { oneCaller, capacity, ratio } = result.figures;
        expect(oneCaller.median, `${query}, ${result.peer}`).toBeGreaterThan(0);
        expect(capacity.rate, `${query}, ${result.peer}`).toBeGreaterThan(0);
        expect(ratio?.figure ?? 1, `${query}, ${result.peer}`).toBeGreaterThan(0);
      }
    }
  });

  it("are failures where a value, a row or the order of rows is another one, and are not measured then", async () => {
    const queries = await run(
      [
        spoiled("other value", (rows) => rows.map((row) => ({ ...row, fee: "0.000000001" }))),
        spoiled("row missing", (rows) => rows.slice(1)),
        spoiled("other order", (rows) => rows.toReversed()),
        spoiled("broken", () => {
          throw new Error("no such column");
        }),
      ],
      ["fills", "order"],
    );
    const fills = (name: string): string | undefined => sayingsOf(queries, name)["fills"];
    expect(fills("other value")).toMatch(
      /^failed: another answer: call 1, row 1: fee is 0\.000000001 instead of/u,
    );
    expect(fills("row missing")).toMatch(/^failed: another answer: call \d+, \d+ rows instead of \d+/u);
    expect(fills("other order")).toMatch(/^failed: another answer: call 1, row 1: id is/u);
    expect(fills("broken")).toBe("failed: no such column");
    // What it answers as the others do is measured.
    expect(sayingsOf(queries, "other value")["order"]).toBe("measured");
    expect(troublesOf(queries)).toHaveLength(4);
  });

  it("are named with the reason where a package is not there, which is no trouble", async () => {
    const name = "no-such-package";
    const missing: PeerSource = {
      name: "a library nobody has",
      package: name,
      answers: ["order"],
      isOverServer: true,
      load: async () => {
        await import(name);
        return openNamedPg;
      },
    };
    const unloadable: PeerSource = {
      ...missing,
      name: "a library without its native part",
      package: "pg",
      load: () => Promise.reject(new Error("Cannot find module 'native-part'\nRequire stack: ...")),
    };
    const queries = await run([missing, unloadable], ["order"]);
    expect(sayingsOf(queries, missing.name)).toEqual({ order: "missing: no-such-package is not installed" });
    expect(sayingsOf(queries, unloadable.name)).toEqual({
      order: "missing: pg cannot be loaded: Cannot find module 'native-part'",
    });
    expect(sayingsOf(queries, REFERENCE.name)["order"]).toBe("measured");
    expect(troublesOf(queries)).toEqual([]);
  });
});
