// A page of a list out of columns stops where it is full, because batches lie in the order of the list; and a name is looked for only in
// the batches that may hold it.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { queryCatalogue, type QueryParameter } from "@app/schema/queries";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openClient } from "../fixtures/client.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();
let session: DirectConnection;

/** Events of six accounts, each with a strategy of its own, over two days of one chunk. */
const EVENTS = 24_000;
const FIRST = "2025-03-03T00:00:00Z";
const LAST = "2025-03-05T00:00:00Z";

const strategyOf = (account: number): string => `00000000-0000-7000-8000-00000000000${account}`;

beforeAll(async () => {
  session = await connectDirect(parseConnection(db.database.url));
  if (db.database.edition !== "timescale") return;
  const superuser = await openClient(db.database.superuserUrl);
  try {
    await superuser.query("set session_replication_role = replica");
    await superuser.query(
      `insert into order_events (id, event_time, order_id, order_version, type, account, strategy_id, exchange, symbol, client_order_id,
         execution_id, to_status, quantity, filled_quantity)
       select uuid_v7_at(t), t, uuid_v7_at(t), 1, 'created', 'account ' || n % 6, ('00000000-0000-7000-8000-00000000000' || n % 6)::uuid, 'X',
         'S' || n % 40, 'order ' || n, 'execution ' || n, 'pending_new', 1, 0
       from generate_series(1, $1::int) n, lateral (select $2::timestamptz + n * interval '2 days' / $1::int as t) x`,
      [EVENTS, FIRST],
    );
    await superuser.query("select compress_chunk(c) from show_chunks('order_events') c");
    await superuser.query("analyze order_events");
  } finally {
    await superuser.end();
  }
});
afterAll(() => session[Symbol.asyncDispose]());
beforeEach((context) => {
  context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Custom Plan Provider"?: string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs a catalogued query as our sessions do. @returns rows it found, and rows that were taken out of columns for them */
async function pageOf(name: string, values: Partial<Record<QueryParameter, unknown>>) {
  const query = queryCatalogue.find((one) => one.name === name);
  if (query === undefined) throw new RangeError(`There is no query ${name}.`);
  const { rows } = await session.query<{ readonly "QUERY PLAN": readonly [{ readonly Plan: PlanNode }] }>(
    `explain (analyze, format json) ${query.sql}`,
    query.parameters.map((parameter) => values[parameter]),
  );
  const [plan] = rows[0]?.["QUERY PLAN"] ?? [];
  if (plan === undefined) throw new Error("There is no plan.");
  const scans = nodesOf(plan.Plan).filter((node) => node["Custom Plan Provider"] === "ColumnarScan");
  expect(scans.length).toBeGreaterThan(0);
  const looked = scans.map((scan) => scan["Actual Rows"] + (scan["Rows Removed by Filter"] ?? 0));
  return { found: plan.Plan["Actual Rows"], looked: looked.reduce((sum, ofScan) => sum + ofScan, 0) };
}

const page = {
  from: FIRST,
  cursorTime: LAST,
  cursorId: "ffffffff-ffff-ffff-ffff-ffffffffffff",
  limit: 100,
};

describe("a page out of columns", () => {
  it("of an account takes what it shows", async () => {
    const { found, looked } = await pageOf("order_events.list_by_account", { ...page, account: "account 3" });
    expect(found).toBe(100);
    expect(looked).toBe(100);
  });

  it("of a strategy takes what it shows, and nothing of other accounts", async () => {
    const { found, looked } = await pageOf("order_events.list_by_strategy", {
      ...page,
      strategyId: strategyOf(3),
    });
    expect(found).toBe(100);
    expect(looked).toBe(100);
  });

  it("finds a name in the few batches of a thousand rows that may hold it", async () => {
    const { found, looked } = await pageOf("order_events.find_by_execution_id", {
      ...page,
      exchange: "X",
      executionId: "execution 777",
    });
    expect(found).toBe(1);
    // Without filters all 24,000 are looked at; a Bloom filter lets a batch in some forty through that has it not.
    expect(looked).toBeLessThan(6_000);
  });
});
