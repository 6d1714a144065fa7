// The inputs of all repositories, by the names the repositories have in TradingData. One that is missing does not compile.
import type { TradingData } from "../trading-data.ts";
import { barInputs } from "./bar-inputs.ts";
import { auditInputs, logInputs } from "./log-inputs.ts";
import type { Contract } from "./method-case.ts";
import { orderInputs } from "./order-inputs.ts";
import { portfolioInputs } from "./portfolio-inputs.ts";
import { reconciliationInputs } from "./reconciliation-inputs.ts";
import { strategyInputs } from "./strategy-inputs.ts";
import { positionInputs, tradeInputs } from "./trade-inputs.ts";

/** Names of the repositories. */
export type RepositoryName = Exclude<
  keyof TradingData,
  | "replica"
  | "query"
  | "transaction"
  | "createLogWriter"
  | "health"
  | "pool"
  | "close"
  | typeof Symbol.asyncDispose
>;

/** What every method of every repository takes. */
export const repositoryInputs: { readonly [Name in RepositoryName]: Contract<TradingData[Name]> } = {
  marketData: barInputs,
  orders: orderInputs,
  trades: tradeInputs,
  positions: positionInputs,
  strategies: strategyInputs,
  portfolio: portfolioInputs,
  reconciliation: reconciliationInputs,
  logs: logInputs,
  audit: auditInputs,
};
