// The query catalogue: every named question the data layer answers.
import { logQueries } from "./logs.ts";
import { marketDataQueries } from "./market-data.ts";
import { orderQueries } from "./orders.ts";
import { portfolioQueries } from "./portfolio.ts";
import { positionQueries } from "./positions.ts";
import { reconciliationQueries } from "./reconciliation.ts";
import { strategyQueries } from "./strategies.ts";
import { tradeQueries } from "./trades.ts";

/** Every catalogued query. */
export const queryCatalogue = [
  ...marketDataQueries,
  ...orderQueries,
  ...tradeQueries,
  ...positionQueries,
  ...strategyQueries,
  ...portfolioQueries,
  ...reconciliationQueries,
  ...logQueries,
] as const;

/** Name of a catalogued query. */
export type QueryName = (typeof queryCatalogue)[number]["name"];
