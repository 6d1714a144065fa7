// A migrated database with the repositories of fills and positions over it, for one test file.
import { createDatabase, type Database, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { createPositions, type Positions } from "../../positions/positions.ts";
import { poolScope } from "../../statements/scope.ts";
import { createTrades, type Trades } from "../trades.ts";

/** What a test works with; close it at the end. */
export interface FillsDatabase {
  readonly database: Database;
  readonly trades: Trades;
  readonly positions: Positions;
  /** A role that can switch triggers off. */
  readonly superuserUrl: string;
  close(): Promise<void>;
}

/** Makes one. */
export async function openFillsDatabase(): Promise<FillsDatabase> {
  const server = await createTestDatabase({ template: migratedTemplate });
  const database = createDatabase(parseConnection(server.url), { poolSize: 8 });
  const scope = poolScope(database);
  return {
    database,
    trades: createTrades(scope),
    positions: createPositions(scope),
    superuserUrl: server.superuserUrl,
    async close() {
      await database.close();
      await server.drop();
    },
  };
}

/** What a promise is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return "nothing: it was accepted";
}
