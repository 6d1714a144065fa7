// The indicators of bars in memory: for bars as they were known, or bars that are stored nowhere. Stored indicators are read,
// not computed.
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import {
  type BarColumns,
  createIndicatorColumns,
  type IndicatorColumns,
} from "../market-data/bar-columns.ts";
import { createBarIndicators } from "./bar-indicators.ts";

/**
 * Computes all indicators of consecutive bars of one series, oldest first, from these bars alone: the first ones of each are
 * NaN until there are enough bars, and on-balance volume begins with them.
 * @throws {InvalidInputError} naming `timeframe`
 */
export function computeIndicators(timeframe: Timeframe, bars: BarColumns): IndicatorColumns {
  const length = choice("timeframe", timeframe, timeframes);
  const columns = createIndicatorColumns(bars.length);
  createBarIndicators(length).compute(bars, columns);
  return columns;
}
