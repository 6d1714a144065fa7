// For tests: a migrated database with the repository of bars over it, and what the jobs of TimescaleDB would do to bars, done
// when the test says so.
import {
  connectDirect,
  createDatabase,
  type Database,
  type DirectConnection,
  parseConnection,
} from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { createMarketData, type MarketData } from "../market-data.ts";

export interface MarketDatabase extends AsyncDisposable {
  readonly edition: TestDatabase["edition"];
  readonly url: string;
  readonly marketData: MarketData;
  readonly database: Database;
  /** For what a caller could do behind the repository's back. */
  readonly connection: DirectConnection;
}

export async function createMarketDatabase(): Promise<MarketDatabase> {
  const server = await createTestDatabase({ template: migratedTemplate });
  const connection = await connectDirect(parseConnection(server.url));
  const database = createDatabase(parseConnection(server.url));
  return {
    edition: server.edition,
    url: server.url,
    marketData: createMarketData(database),
    database,
    connection,
    async [Symbol.asyncDispose]() {
      await database.close();
      await connection.close();
      await server.drop();
    },
  };
}

/** Converts the chunks of bars to columns, where there are columns. */
export async function putInColumns({ edition, connection }: MarketDatabase): Promise<void> {
  if (edition !== "timescale") return;
  await connection.query(
    "select compress_chunk(c, if_not_compressed => true) from show_chunks('market_data') c",
  );
}

/** Brings the roll-ups up to date, where there are any. */
export async function refreshRollUps({ edition, connection }: MarketDatabase): Promise<void> {
  if (edition !== "timescale") return;
  for (const name of ["5m", "15m", "1h", "4h", "1d"]) {
    await connection.script(`call refresh_continuous_aggregate('candles_${name}_rollup', null, null)`);
  }
}
