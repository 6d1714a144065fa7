// Stores one batch of bars, all or none: by binary COPY into a staging table, from there by one statement that touches only
// what differs. The last revision wins; the same bars twice change nothing, from another source neither. Not a whole file
// (bar-import.ts): that uses several connections and commits batch by batch.
import { refreshIndicators } from "../indicators/refresh.ts";
import type { Scope } from "../statements/scope.ts";
import type { BarBatch } from "./bar-columns.ts";
import { type BarInput, checkBatch, checkPayloads, toBatch } from "./bar-input.ts";
import { stageBars, upsertStaged, type WriteCounts } from "./bar-write.ts";
import { flag } from "../input/choice-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { namedCode } from "../input/text-field.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";

/** How bars are stored. */
export interface StoreOptions {
  /** Where the bars come from; stored with each of them. */
  readonly source: string;
  /**
   * Whether the indicators are computed, from the first of the bars to the end of the series. Without, new and changed bars
   * have none. Costs the reading of some 5,000 bars before the first one. @defaultValue true
   */
  readonly indicators?: boolean | undefined;
}

const optionFields: FieldNames<StoreOptions> = { source: true, indicators: true };

const NOTHING: WriteCounts = { inserted: 0, updated: 0, unchanged: 0, refreshed: 0 };

/** Stores a batch of columns, ascending in time. */
export async function copyBarsIn(
  scope: Scope,
  series: SeriesKey,
  batch: BarBatch,
  options: StoreOptions,
): Promise<WriteCounts> {
  checkSeries(series);
  namedCode("source", knownOptions("options", options, optionFields).source);
  const wantsIndicators = flag("indicators", options.indicators ?? true);
  checkBatch(series.timeframe, batch);
  checkPayloads(batch);
  if (batch.length === 0) return NOTHING;
  const constants = { ...series, source: options.source };
  const carried = {
    volume: batch.hasVolume ?? true,
    tradeCount: batch.tradeCount !== undefined,
    rawPayload: batch.rawPayload !== undefined,
    indicators: false,
  };
  const counts = await scope.atomically(
    async (transaction) => {
      await stageBars(transaction, constants, batch, undefined, carried);
      return await upsertStaged(transaction, constants, batch, carried);
    },
    { idempotent: true },
  );
  if (!wantsIndicators || counts.inserted + counts.updated === 0) return counts;
  const refreshed = await refreshIndicators(scope, series, batch.time[0] ?? 0);
  // New and revised bars are counted as such already.
  return { ...counts, refreshed: Math.max(0, refreshed - counts.inserted - counts.updated) };
}

/** Stores bars given as objects, in any order. */
export async function upsertBars(
  scope: Scope,
  series: SeriesKey,
  bars: readonly BarInput[],
  options: StoreOptions,
): Promise<WriteCounts> {
  checkSeries(series);
  return await copyBarsIn(scope, series, toBatch(series.timeframe, bars), options);
}
