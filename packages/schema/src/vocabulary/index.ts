// The vocabulary as a door of its own: the words of the tables' enum types, without the table builder behind them.
export { type Liquidity, liquidities } from "./liquidity.ts";
export { type IndicatorName, indicatorNames, storedIndicators } from "./indicator.ts";
export { type LogLevel, logLevels } from "./log-level.ts";
export { type OrderEventType, orderEventTypes } from "./order-event-type.ts";
export { type OrderSide, orderSides } from "./order-side.ts";
export {
  canChangeOrderStatus,
  finalOrderStatuses,
  type OrderStatus,
  orderStatuses,
  orderStatusTransitions,
  workingOrderStatuses,
} from "./order-status.ts";
export {
  type FieldRule,
  type OrderPriceRule,
  orderPriceRules,
  type OrderType,
  orderTypes,
} from "./order-type.ts";
export {
  type ShortSellingIndicator,
  shortSellingIndicators,
  tradingCapacities,
  type TradingCapacity,
} from "./regulatory.ts";
export { strategyStatuses, type StrategyStatus } from "./strategy-status.ts";
export { type Timeframe, timeframes, timeframeSeconds } from "./timeframe.ts";
export { type TimeInForce, timesInForce } from "./time-in-force.ts";
