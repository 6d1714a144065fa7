// The way in: one object that holds the connections of a backend and the repositories over them.
// Opens no connection before the first statement; closing it ends them all.
import { createDatabase, parseConnection } from "@app/database";
import type { ConnectionSettings, DatabaseOptions } from "@app/database";
import { createMarketData } from "./market-data/market-data.ts";
import type { MarketData } from "./market-data/market-data.ts";

/** Where the data are and how to reach them. */
export interface ConnectOptions extends DatabaseOptions {
  /** A PostgreSQL URL, or settings made by `parseConnection`. */
  readonly database: string | ConnectionSettings;
}

/** The trading data of one database. */
export interface TradingData extends AsyncDisposable {
  readonly marketData: MarketData;
  /** Lets work under way end and closes every connection. */
  close(): Promise<void>;
}

/**
 * Connects to a database that was migrated.
 *
 * @example
 * await using data = connect({ database: "postgres://app@localhost/trading" });
 * const series = { exchange: "binance", symbol: "BTCUSDT", timeframe: "1m" } as const;
 * const bars = await data.marketData.lastBars(series, 500);
 *
 * @throws InvalidInputError for a URL that is none
 */
export function connect(options: ConnectOptions): TradingData {
  const { database: place, ...databaseOptions } = options;
  const settings = typeof place === "string" ? parseConnection(place) : place;
  const database = createDatabase(settings, databaseOptions);
  const close = (): Promise<void> => database.close();
  return { marketData: createMarketData(database), close, [Symbol.asyncDispose]: close };
}
