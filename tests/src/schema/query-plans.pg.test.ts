// The catalogue against a real planner: over lifelike data, every catalogued query is answered by the indexes it
// names and never reads a large table from end to end.
import { keptPlans, queryCatalogue, type QueryParameter } from "@app/schema/queries";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openClient } from "../fixtures/client.ts";
import { lifelikeData } from "./lifelike-data.ts";

let database: TestDatabase;
let client: pg.Client;
let values: Record<QueryParameter, unknown>;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  client = await openClient(database.url);
  await client.query(lifelikeData);
  await client.query("set plan_cache_mode = force_custom_plan");
  const { rows } = await client.query<{
    order: string;
    strategy: string;
    account: string;
    exchange: string;
    symbol: string;
  }>(
    `select id as order, strategy_id as strategy, account, exchange, symbol from orders where client_order_id = 'client 15001'`,
  );
  const [sample] = rows;
  values = {
    account: sample?.account,
    actor: "operator 7",
    bucket: "1 day",
    carried: JSON.stringify([
      {
        strategyId: sample?.strategy,
        account: "account 1",
        exchange: "X0",
        symbol: "SYM1",
        quantity: "10",
        costBasis: "1000",
      },
    ]),
    changes: "{}",
    clientOrderId: "client 15001",
    component: "component 3",
    context: '{"ticket": 77, "request": 77, "seed": 77}',
    correlationId: "request 77",
    currency: "USD",
    cursorAccount: "account 0",
    cursorExchange: "X0",
    cursorId: "ffffffff-ffff-7fff-bfff-ffffffffffff",
    cursorMilliseconds: 10_000,
    cursorSymbol: "SYM1",
    cursorTime: "2026-02-01T00:00:00Z",
    depth: "0",
    entityId: "service 7",
    entityType: "service",
    equities: JSON.stringify([{ currency: "USD", equity: "100" }]),
    exchange: sample?.exchange,
    exchangeTradeId: "fill client 15001",
    executionId: "execution 15001",
    field: "retain_until",
    from: "2026-01-10T00:00:00Z",
    fromDay: "2026-01-20",
    id: sample?.order,
    ids: [sample?.order],
    includeBusted: false,
    indicators: 3,
    keys: JSON.stringify([
      {
        exchange: sample?.exchange,
        account: sample?.account,
        symbol: sample?.symbol,
        side: "buy",
        exchange_trade_id: "fill client 15001",
        executed_at: "2026-01-21T20:02:00Z",
        correction: 0,
      },
    ]),
    kind: "kind 7",
    knownAt: "2040-01-01T00:00:00Z",
    limit: 100,
    markPrice: "101.5",
    marks: JSON.stringify([{ exchange: "X0", symbol: "SYM1", price: "101.5" }]),
    milliseconds: 1000,
    minimumLevel: null,
    name: "strategy 77",
    onlyAccount: null,
    onlyComponent: null,
    onlyCorrelationId: null,
    onlyStrategyId: null,
    orderId: sample?.order,
    pnlSign: 1,
    resolution: "week",
    seconds: 60,
    side: "buy",
    strategyId: sample?.strategy,
    strategyStatuses: ["draft", "active", "paused", "stopped", "archived"],
    symbol: sample?.symbol,
    symbols: [sample?.symbol],
    tag: "tag77",
    text: "margin call",
    timeframe: "1m",
    to: "2026-02-01T12:00:00Z",
    toDay: "2026-01-23",
    toId: "ffffffff-ffff-7fff-bfff-ffffffffffff",
    trips: JSON.stringify([
      {
        trip: 0,
        opened_at: "2026-01-21T20:02:00Z",
        opened_by: "00000000-0000-7000-8000-000000000000",
        closed_at: "2026-01-22T20:02:00Z",
        closed_by: "00000000-0000-7000-8000-000000000000",
      },
    ]),
    venueOrderId: "venue 15001",
    version: 0,
    wholeFrom: "2026-01-20T00:00:00Z",
    wholeTo: "2026-01-23T00:00:00Z",
  };
  // Seeding takes a minute on a busy machine.
}, 240_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

describe("catalogued queries over lifelike data", () => {
  it.each(queryCatalogue.map((query) => [query.name, query] as const))(
    "%s is answered by the indexes it names",
    async (_, query) => {
      const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
        `explain (format json) ${query.sql}`,
        query.parameters.map((name) => values[name]),
      );
      const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
      if (plan === undefined) throw new Error("EXPLAIN gave no plan.");
      const nodes = nodesOf(plan);
      const used = nodes.flatMap((node) => node["Index Name"] ?? []);
      const readWhole = nodes
        .filter((node) => node["Node Type"] === "Seq Scan")
        .map((node) => node["Relation Name"]);
      expect({ used, readWhole }).toEqual({
        used: expect.arrayContaining([...query.indexes]),
        readWhole: [],
      });
    },
  );
});

interface ExplainedBlocks {
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
}

const asLiteral = (value: unknown): string => {
  if (value === null || value === undefined) return "null";
  // An array of texts as PostgreSQL writes it; none of the values here holds a quote.
  return pg.escapeLiteral(Array.isArray(value) ? `{"${value.join('","')}"}` : String(value));
};

/** Blocks that a catalogued query reads by a plan of this mode. */
async function blocksBy(
  mode: "force_custom_plan" | "force_generic_plan",
  { sql, parameters }: (typeof queryCatalogue)[number],
): Promise<number> {
  await client.query(`set plan_cache_mode = ${mode}`);
  await client.query(`prepare asked as ${sql}`);
  try {
    const given = parameters.map((name) => asLiteral(values[name])).join(", ");
    const { rows } = await client.query<{
      "QUERY PLAN": readonly { readonly Plan: ExplainedBlocks }[];
    }>(`explain (analyze, buffers, timing off, format json) execute asked(${given})`);
    const blocks = rows[0]?.["QUERY PLAN"][0]?.Plan;
    if (blocks === undefined) throw new Error("EXPLAIN gave no plan.");
    return blocks["Shared Hit Blocks"] + blocks["Shared Read Blocks"];
  } finally {
    await client.query("deallocate asked");
    await client.query("set plan_cache_mode = force_custom_plan");
  }
}

describe("a plan that may be kept", () => {
  beforeEach((context) => {
    context.skip(database.edition !== "postgres", "where TimescaleDB is no plan is kept");
  });

  it.each(
    queryCatalogue.filter(({ name }) => keptPlans.has(name)).map((query) => [query.name, query] as const),
  )("%s reads no more by it than by a plan for its values", async (_, query) => {
    const forItsValues = await blocksBy("force_custom_plan", query);
    // A handful of blocks is the catalogue's own.
    expect(await blocksBy("force_generic_plan", query)).toBeLessThanOrEqual(forItsValues * 1.2 + 8);
  });

  it("is told from one that reads more: the slow ones among the log records", async () => {
    const slow = queryCatalogue.find(({ name }) => name === "system_logs.list_slow");
    if (slow === undefined) throw new Error("There is no such query.");
    expect(await blocksBy("force_generic_plan", slow)).toBeGreaterThan(
      (await blocksBy("force_custom_plan", slow)) * 1.2 + 8,
    );
  });
});
