// Fills recorded against a real server: once each, whoever sends them how often, with what the accounting made of them.
import {
  ConflictError,
  createDatabase,
  type Database,
  InvalidInputError,
  NotFoundError,
  parseConnection,
} from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { poolScope } from "../statements/scope.ts";
import { at, buy, createStrategy, sell } from "./testing/fills.ts";
import { createTrades, type Trades } from "./trades.ts";

let server: TestDatabase;
let database: Database;
let trades: Trades;

beforeAll(async () => {
  server = await createTestDatabase({ template: { name: "migrated", prepare: migrateDatabase } });
  database = createDatabase(parseConnection(server.url), { poolSize: 6 });
  trades = createTrades(poolScope(database));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

describe("recording a fill", () => {
  it("gives it back with the P&L and the position the accounting computed", async () => {
    const strategyId = await createStrategy(database);
    await trades.append(buy("2", "100", { strategyId, symbol: "PNL" }));
    const closing = await trades.append(
      sell("1.50", "110.000000000000000001", { strategyId, symbol: "PNL" }),
    );
    expect(closing).toMatchObject({
      quantity: "1.50",
      price: "110.000000000000000001",
      positionQuantity: "0.50",
      correction: 0,
      bustedAt: null,
      strategyId,
    });
    expect(closing.realizedPnl).toBe("15.00000000000000000150");
    expect(await trades.get(closing.id)).toEqual(closing);
  });
});
