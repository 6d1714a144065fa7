// The indicators that are stored with each bar: the one list of their names, columns and types. Its order is that of the table's
// columns and of the bits of the queries' parameter `indicators`, the lowest first. How they are computed is not said here.

/** Name, column and type of each stored indicator. On-balance volume adds up over a series, for which float4 has too few digits. */
export const storedIndicators = [
  { name: "sma20", column: "sma_20", type: "float4" },
  { name: "sma50", column: "sma_50", type: "float4" },
  { name: "ema12", column: "ema_12", type: "float4" },
  { name: "ema26", column: "ema_26", type: "float4" },
  { name: "rsi14", column: "rsi_14", type: "float4" },
  { name: "macd", column: "macd", type: "float4" },
  { name: "macdSignal", column: "macd_signal", type: "float4" },
  { name: "macdHistogram", column: "macd_histogram", type: "float4" },
  { name: "bollingerUpper", column: "bollinger_upper", type: "float4" },
  { name: "bollingerMiddle", column: "bollinger_middle", type: "float4" },
  { name: "bollingerLower", column: "bollinger_lower", type: "float4" },
  { name: "atr14", column: "atr_14", type: "float4" },
  { name: "obv", column: "obv", type: "float8" },
  { name: "vwap", column: "vwap", type: "float4" },
] as const;

/** Name of a stored indicator. */
export type IndicatorName = (typeof storedIndicators)[number]["name"];

/** Names of the stored indicators. */
export const indicatorNames: readonly IndicatorName[] = storedIndicators.map(({ name }) => name);
