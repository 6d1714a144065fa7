// Bars as a caller gives them, checked before a statement is sent: as columns or as objects. The rules are those of the
// table's own checks (schema: tables/market-data.ts), and when a bar may open (bar-opening.ts). Invariant: what passes ascends in
// time and can be a bar.
import { instantToMicroseconds, InvalidInputError } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { flag } from "../input/choice-field.ts";
import { optional } from "../input/optional.ts";
import { freeText } from "../input/text-field.ts";
import { type Moment, moment } from "../input/instant-field.ts";
import { finiteNumber, wholeNumber } from "../input/number-field.ts";
import { objectField } from "../input/object-field.ts";
import { recordList } from "../input/record-list.ts";
import { refusalBecause } from "../input/refuse.ts";
import type { BarBatch } from "./bar-columns.ts";
import { isOpening, openingLimits, openingRefusal } from "./bar-opening.ts";

/** One bar of a source. */
export interface BarInput {
  /** Opening time, on the grid of the timeframe; at most 24 hours ahead of the clock. */
  readonly time: Moment;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** 0 or more. @defaultValue the source says nothing about volume */
  readonly volume?: number | undefined;
  /** Trades in the bar. @defaultValue the source says nothing about them */
  readonly tradeCount?: number | null | undefined;
}

const MOST_TRADES = 2_147_483_647;

/** Why the values cannot be a bar, as the field that is to blame; undefined where they can. */
function faultOf(open: number, high: number, low: number, close: number, volume: number): string | undefined {
  // Written so that NaN fails each.
  if (!(low > 0 && low < Number.POSITIVE_INFINITY)) return "low";
  if (!(open >= low && open < Number.POSITIVE_INFINITY)) return "open";
  if (!(close >= low && close < Number.POSITIVE_INFINITY)) return "close";
  if (!(high < Number.POSITIVE_INFINITY && high >= low && high >= open && high >= close)) return "high";
  if (!(volume >= 0 && volume < Number.POSITIVE_INFINITY)) return "volume";
  return undefined;
}

const RULES: Readonly<Record<string, string>> = {
  low: "the low is not a finite price greater than 0.",
  high: "the high is not a finite price that is the highest of the bar.",
  open: "the open is not a finite price from the low on.",
  close: "the close is not a finite price from the low on.",
  volume: "the volume is not 0 or more.",
};

/**
 * Checks a batch of columns.
 * @throws {InvalidInputError} naming the first value that cannot be: `bars[2].high`
 */
export function checkBatch(timeframe: Timeframe, batch: BarBatch): void {
  const { length, time, open, high, low, close, volume, tradeCount, rawPayload } = objectField("bars", batch);
  wholeNumber("bars.length", length, 0, Number.MAX_SAFE_INTEGER);
  const columns = { time, open, high, low, close, volume, tradeCount, rawPayload };
  for (const [name, column] of Object.entries(columns)) {
    const isOptional = name === "tradeCount" || name === "rawPayload";
    if (column === undefined && isOptional) continue;
    // Neither a column that is null nor one that is a number has values.
    const values = Reflect.get(Object(column), "length");
    if (!(typeof values === "number" && values >= length)) {
      throw refusalBecause(
        `bars.${name}`,
        `the column has ${String(values ?? 0)} values for ${length} bars.`,
      );
    }
  }
  optional(batch.hasVolume, (value) => flag("bars.hasVolume", value));
  const limits = openingLimits(timeframe);
  let before = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index += 1) {
    const at = time[index] ?? Number.NaN;
    if (!(at > before)) {
      throw refusalBecause(
        `bars[${index}].time`,
        `the bars of a batch do not ascend in time: bar ${index} is not later than the one before.`,
      );
    }
    if (!isOpening(limits, at, before)) throw openingRefusal(`bars[${index}].time`, limits, at);
    before = at;
    const fault = faultOf(
      open[index] ?? Number.NaN,
      high[index] ?? Number.NaN,
      low[index] ?? Number.NaN,
      close[index] ?? Number.NaN,
      volume[index] ?? Number.NaN,
    );
    if (fault !== undefined) throw refusalBecause(`bars[${index}].${fault}`, RULES[fault] ?? "");
    if (tradeCount !== undefined && (tradeCount[index] ?? -1) < -1) {
      throw refusalBecause(
        `bars[${index}].tradeCount`,
        "there are fewer than none; -1 says that nobody counted.",
      );
    }
  }
}

/**
 * Bars as objects become a batch, in the order of their times.
 * @throws {InvalidInputError} naming the field: `bars[2].high`
 */
export function toBatch(timeframe: Timeframe, bars: readonly BarInput[]): BarBatch {
  const given = recordList("bars", bars);
  const rows = given
    .map((bar, index) => ({ bar, index, time: checkedTime(bar, index) }))
    .toSorted((one, other) => one.time - other.time);
  const hasVolume = given.some((bar) => bar.volume !== undefined);
  const hasTradeCount = given.some((bar) => bar.tradeCount !== undefined && bar.tradeCount !== null);
  const limits = openingLimits(timeframe);
  let before: (typeof rows)[number] | undefined;
  for (const row of rows) {
    if (row.time === before?.time) {
      throw refusalBecause(`bars[${row.index}].time`, `bars[${before.index}] has the same time.`);
    }
    if (!isOpening(limits, row.time, before?.time ?? Number.NEGATIVE_INFINITY)) {
      throw openingRefusal(`bars[${row.index}].time`, limits, row.time);
    }
    before = row;
    checkValues(row.bar, row.index, hasVolume);
  }
  const column = (of: (bar: BarInput) => number): Float64Array =>
    Float64Array.from(rows, ({ bar }) => of(bar));
  return {
    length: rows.length,
    hasVolume,
    time: Float64Array.from(rows, ({ time }) => time),
    open: column((bar) => bar.open),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume: column((bar) => bar.volume ?? 0),
    ...(hasTradeCount ? { tradeCount: Int32Array.from(rows, ({ bar }) => bar.tradeCount ?? -1) } : {}),
  };
}

function checkedTime(bar: BarInput, index: number): number {
  objectField(`bars[${index}]`, bar);
  return Number(instantToMicroseconds(moment(`bars[${index}].time`, bar.time)));
}

function checkValues(bar: BarInput, index: number, hasVolume: boolean): void {
  const price = (name: "open" | "high" | "low" | "close"): number =>
    finiteNumber(`bars[${index}].${name}`, bar[name], Number.MIN_VALUE, Number.MAX_VALUE);
  const [open, high, low, close] = [price("open"), price("high"), price("low"), price("close")];
  if (hasVolume && bar.volume === undefined) {
    throw refusalBecause(`bars[${index}].volume`, "give the volume of every bar or of none.");
  }
  const volume = bar.volume ?? 0;
  if (typeof volume !== "number") throw refusalBecause(`bars[${index}].volume`, RULES["volume"] ?? "");
  const fault = faultOf(open, high, low, close, volume);
  if (fault !== undefined) throw refusalBecause(`bars[${index}].${fault}`, RULES[fault] ?? "");
  if (bar.tradeCount !== undefined && bar.tradeCount !== null) {
    wholeNumber(`bars[${index}].tradeCount`, bar.tradeCount, 0, MOST_TRADES);
  }
}

/** Checks the texts of the source that a batch carries. @throws {InvalidInputError} naming `bars[2].rawPayload` */
export function checkPayloads({ rawPayload, length }: BarBatch): void {
  if (rawPayload === undefined) return;
  for (let index = 0; index < length; index += 1) {
    const field = `bars[${index}].rawPayload`;
    try {
      JSON.parse(freeText(field, rawPayload[index]));
    } catch (error) {
      if (error instanceof InvalidInputError) throw error;
      throw refusalBecause(field, "the text is no JSON.");
    }
  }
}
