// The columns of market_data in the three groups in which bars carry them, and what a COPY is told about each.
import type { CopyColumn } from "@app/database";
import { INDICATOR_NAMES } from "./bar-columns.ts";
import type { IndicatorName } from "./bar-columns.ts";

/** Column of each indicator. */
export const INDICATOR_COLUMNS: Readonly<Record<IndicatorName, string>> = {
  sma20: "sma_20",
  sma50: "sma_50",
  ema12: "ema_12",
  ema26: "ema_26",
  rsi14: "rsi_14",
  macd: "macd",
  macdSignal: "macd_signal",
  macdHistogram: "macd_histogram",
  bollingerUpper: "bollinger_upper",
  bollingerMiddle: "bollinger_middle",
  bollingerLower: "bollinger_lower",
  atr14: "atr_14",
  obv: "obv",
  vwap: "vwap",
};

/** Which optional columns a batch carries. What it does not carry, it says nothing about: no difference to a stored bar, and absent from a new or revised one. */
export interface CarriedColumns {
  readonly volume: boolean;
  readonly tradeCount: boolean;
  readonly rawPayload: boolean;
  readonly indicators: boolean;
}

const PRICES = ["open", "high", "low", "close"] as const;

/** Columns that differ from row to row, in COPY order. */
export function copyColumns(carried: CarriedColumns): readonly CopyColumn[] {
  return [
    { name: "time", type: "timestamptz" },
    ...PRICES.map((name): CopyColumn => ({ name, type: "float8" })),
    ...(carried.volume ? [{ name: "volume", type: "float8" } satisfies CopyColumn] : []),
    ...(carried.tradeCount ? [{ name: "trade_count", type: "int4" } satisfies CopyColumn] : []),
    ...(carried.rawPayload ? [{ name: "raw_payload", type: "jsonb" } satisfies CopyColumn] : []),
    ...(carried.indicators
      ? INDICATOR_NAMES.map((name): CopyColumn => ({
          name: INDICATOR_COLUMNS[name],
          type: name === "obv" ? "float8" : "float4",
          nanAsNull: true,
        }))
      : []),
  ];
}

/** Names of the columns of {@link copyColumns} without the time. */
export function valueColumns(carried: CarriedColumns): readonly string[] {
  return copyColumns(carried)
    .map((column) => column.name)
    .filter((name) => name !== "time");
}

/** Names of all indicator columns. */
export const indicatorColumnNames: readonly string[] = INDICATOR_NAMES.map((name) => INDICATOR_COLUMNS[name]);
