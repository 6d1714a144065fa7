// The query catalogue: every named question the data layer answers.
import type { CataloguedQuery } from "./catalogued-query.ts";
import { logQueries } from "./logs.ts";
import { marketDataQueries } from "./market-data.ts";
import { orderQueries } from "./orders.ts";
import { portfolioQueries } from "./portfolio.ts";
import { strategyQueries } from "./strategies.ts";
import { tradeQueries } from "./trades.ts";

/** Every catalogued query. */
export const queryCatalogue: readonly CataloguedQuery[] = [
  ...marketDataQueries,
  ...orderQueries,
  ...tradeQueries,
  ...strategyQueries,
  ...portfolioQueries,
  ...logQueries,
];
