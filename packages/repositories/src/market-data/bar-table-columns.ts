// The columns of market_data in the three groups in which bars carry them, and what a COPY is told about each.
import type { CopyColumn } from "@app/database";
import { storedIndicators } from "@app/schema/vocabulary";

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
      ? storedIndicators.map(({ column, type }): CopyColumn => ({ name: column, type, nanAsNull: true }))
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
export const indicatorColumnNames: readonly string[] = storedIndicators.map(({ column }) => column);
