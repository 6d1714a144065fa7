// Names of the terms of a fill, for whoever refuses a name that is none: a correction, an execution report.
import type { FillTerms } from "./trade.ts";

/** Every term, each once. */
export const fillTermFields: Readonly<Record<keyof FillTerms, true>> = {
  quantity: true,
  price: true,
  contractMultiplier: true,
  settlementCurrency: true,
  fee: true,
  feeCurrency: true,
  liquidity: true,
  strategyId: true,
  orderId: true,
  source: true,
  rawPayload: true,
  venueMic: true,
  instrumentIsin: true,
  venueTransactionId: true,
  tradingCapacity: true,
  investmentDecisionAlgorithmId: true,
  executionAlgorithmId: true,
  decisionMakerId: true,
};
