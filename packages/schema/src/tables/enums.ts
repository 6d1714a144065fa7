// The vocabulary as PostgreSQL enum types: four bytes a value, and a wrong word is refused by the type.
import { pgEnum } from "drizzle-orm/pg-core";
import { liquidities } from "../vocabulary/liquidity.ts";
import { logLevels } from "../vocabulary/log-level.ts";
import { orderEventTypes } from "../vocabulary/order-event-type.ts";
import { orderSides } from "../vocabulary/order-side.ts";
import { orderStatuses } from "../vocabulary/order-status.ts";
import { orderTypes } from "../vocabulary/order-type.ts";
import { shortSellingIndicators, tradingCapacities } from "../vocabulary/regulatory.ts";
import { strategyStatuses } from "../vocabulary/strategy-status.ts";
import { timeframes } from "../vocabulary/timeframe.ts";
import { timesInForce } from "../vocabulary/time-in-force.ts";

export const orderSideEnum = pgEnum("order_side", orderSides);
export const orderTypeEnum = pgEnum("order_type", orderTypes);
export const orderStatusEnum = pgEnum("order_status", orderStatuses);
export const orderEventTypeEnum = pgEnum("order_event_type", orderEventTypes);
export const timeInForceEnum = pgEnum("time_in_force", timesInForce);
export const liquidityEnum = pgEnum("liquidity", liquidities);
export const timeframeEnum = pgEnum("timeframe", timeframes);
export const strategyStatusEnum = pgEnum("strategy_status", strategyStatuses);
export const logLevelEnum = pgEnum("log_level", logLevels);
export const tradingCapacityEnum = pgEnum("trading_capacity", tradingCapacities);
export const shortSellingIndicatorEnum = pgEnum("short_selling_indicator", shortSellingIndicators);
