// The limits of a strategy by themselves, with the version and the currency they are of. How much of them is used says
// risk-usage.ts.
import type { RiskLimits, Strategy } from "./strategy.ts";

/** Limits of a strategy, their currency, and the version they are of. */
export interface StrategyLimits extends RiskLimits {
  readonly strategyId: string;
  readonly version: number;
  readonly baseCurrency: string;
}

/** @returns the limits a strategy has */
export function riskLimitsOf(strategy: Strategy): StrategyLimits {
  return {
    strategyId: strategy.id,
    version: strategy.version,
    baseCurrency: strategy.baseCurrency,
    maxOrderNotional: strategy.maxOrderNotional,
    maxPositionNotional: strategy.maxPositionNotional,
    maxDailyLoss: strategy.maxDailyLoss,
    maxDrawdownPercentage: strategy.maxDrawdownPercentage,
    maxLeverage: strategy.maxLeverage,
    maxOpenOrders: strategy.maxOpenOrders,
  };
}
