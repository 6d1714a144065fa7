// The query catalogue: every named question the data layer answers.
import { exposureQueries } from "./exposure.ts";
import { logQueries } from "./logs.ts";
import { marketDataQueries } from "./market-data.ts";
import { marketSeriesQueries } from "./market-series.ts";
import { orderQueries } from "./orders.ts";
import { portfolioSnapshotQueries } from "./portfolio-snapshots.ts";
import { positionQueries } from "./positions.ts";
import { reconciliationQueries } from "./reconciliation.ts";
import { riskLimitQueries } from "./risk-limits.ts";
import { strategyQueries } from "./strategies.ts";
import { tradeQueries } from "./trades.ts";

/** Every catalogued query. */
export const queryCatalogue = [
  ...marketDataQueries,
  ...marketSeriesQueries,
  ...orderQueries,
  ...tradeQueries,
  ...positionQueries,
  ...strategyQueries,
  ...portfolioSnapshotQueries,
  ...exposureQueries,
  ...riskLimitQueries,
  ...reconciliationQueries,
  ...logQueries,
] as const;

/** Name of a catalogued query. */
export type QueryName = (typeof queryCatalogue)[number]["name"];
