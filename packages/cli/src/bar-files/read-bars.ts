// From rows to bars that the database will take: cells to numbers, every rule checked, the rest refused with a reason.
// Touches neither the file nor the database. A good row is never lost to a bad neighbour.
import { leastSpacing, openingGrid } from "@app/repositories";
import type { BarBatch } from "@app/repositories";
import type { Timeframe } from "@app/schema/vocabulary";
import {
  isPrice,
  LARGEST_COUNT,
  LARGEST_PRICE,
  LARGEST_VOLUME,
  SMALLEST_PRICE,
  timeLimits,
  whyNotBar,
  whyNotNumber,
  whyNotTime,
} from "./bar-limits.ts";
import { checkSpacing } from "./bar-spacing.ts";
import { createBatchBuilder } from "./batch-builder.ts";
import { cellNumber, cellTime } from "./cell-values.ts";
import { BarFileError, DamagedFileError } from "./bar-file-error.ts";
import { detectTimeForm, isEpochForm } from "./epoch-unit.ts";
import type { TimeForm } from "./epoch-unit.ts";
import type { RejectsFile } from "./rejects-file.ts";
import type { RowBlock, RowSource } from "./row-source.ts";
import { createSeenTimes } from "./seen-times.ts";
import type { Neighbour } from "./seen-times.ts";
import { createTradeAggregation } from "./trade-aggregation.ts";

const SAMPLE_ROWS = 1_000;

export interface ReadBarsOptions {
  readonly timeframe: Timeframe;
  /** Bars per batch. */
  readonly batchSize: number;
  readonly keepRaw: boolean;
  /** The present, in microseconds since 1970: bars may lie up to a day after it. */
  readonly now: number;
}

/** What was read so far. */
export interface ReadTally {
  /** Number of the last row looked at: a line or an item. */
  lastNumber: number;
  /** Rows that are not blank. */
  rows: number;
  /** Rows taken, of bars or of trades. */
  good: number;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads the rows of a source as bars.
 *
 * @param tally kept up to date while reading
 * @throws BarFileError where there is no row, or the first ones lie too close together for the timeframe
 * @throws DamagedFileError after the last good bar before the damage was given
 */
export async function* readBars(
  source: RowSource,
  rejects: RejectsFile,
  options: ReadBarsOptions,
  tally: ReadTally,
): AsyncGenerator<BarBatch> {
  const { columns, names } = source;
  const { at } = columns;
  const isTrades = columns.rows === "trades";
  if (isTrades && options.keepRaw) {
    throw new BarFileError("holds single trades: many make one bar, so --keep-raw cannot keep them.");
  }
  const grid = openingGrid(options.timeframe);
  const seen = createSeenTimes(grid, leastSpacing(options.timeframe));
  const trades = createTradeAggregation(options.timeframe);
  const batch = createBatchBuilder({
    capacity: options.batchSize,
    withVolume: isTrades || at.volume !== undefined,
    withTradeCount: isTrades || at.tradeCount !== undefined,
    withRaw: options.keepRaw,
  });
  const timeAt = at.time ?? 0;

  const timeCell = (row: readonly unknown[]): unknown =>
    at.clock === undefined ? row[timeAt] : `${String(row[timeAt])} ${String(row[at.clock])}`;
  const cell = (row: readonly unknown[], index: number | undefined): unknown =>
    index === undefined ? undefined : row[index];
  const isBlank = (value: unknown): boolean => value === undefined || value === null || value === "";

  function rawOf(row: readonly unknown[]): string {
    if (names === undefined) return JSON.stringify(row);
    return JSON.stringify(Object.fromEntries(names.map((name, index) => [name.trim(), row[index]])));
  }

  function whyShort(row: readonly unknown[], text: string): string | undefined {
    const needed =
      1 + Math.max(timeAt, at.close ?? 0, at.open ?? 0, at.high ?? 0, at.low ?? 0, at.amount ?? 0);
    if (row.length === 1 && row[0] === undefined) {
      const kind = names === undefined ? "an array" : "an object";
      return isJson(text) ? `not ${kind}, as the first item is` : `not valid JSON; ${kind} was expected`;
    }
    return row.length < needed ? `too few columns: ${row.length}, at least ${needed} are needed` : undefined;
  }

  function whyTooClose({ number, isLater }: Neighbour): string {
    const which = number === undefined ? "another bar of the file" : `${source.counts} ${number}`;
    return `less than one bar ${isLater ? "before" : "after"} ${which}: is this a file of ${options.timeframe} bars?`;
  }

  /** Takes one bar; @returns why not. */
  function takeBar(row: readonly unknown[], number: number, time: number): string | undefined {
    const open = cellNumber(row[at.open ?? 0]);
    const high = cellNumber(row[at.high ?? 0]);
    const low = cellNumber(row[at.low ?? 0]);
    const close = cellNumber(row[at.close ?? 0]);
    if (!(isPrice(open) && isPrice(high) && isPrice(low) && isPrice(close))) {
      return (
        whyNotNumber("open", row[at.open ?? 0], open, SMALLEST_PRICE, LARGEST_PRICE) ??
        whyNotNumber("high", row[at.high ?? 0], high, SMALLEST_PRICE, LARGEST_PRICE) ??
        whyNotNumber("low", row[at.low ?? 0], low, SMALLEST_PRICE, LARGEST_PRICE) ??
        whyNotNumber("close", row[at.close ?? 0], close, SMALLEST_PRICE, LARGEST_PRICE)
      );
    }
    if (!(high >= open && high >= close && low <= open && low <= close))
      return whyNotBar(open, high, low, close);
    // An empty volume is how many sources write "no trades".
    const volumeCell = cell(row, at.volume);
    const volume = isBlank(volumeCell) ? 0 : cellNumber(volumeCell);
    if (!(volume >= 0 && volume <= LARGEST_VOLUME)) {
      return whyNotNumber("volume", volumeCell, volume, 0, LARGEST_VOLUME);
    }
    const countCell = cell(row, at.tradeCount);
    const count = isBlank(countCell) ? -1 : cellNumber(countCell);
    if (!(Number.isInteger(count) && count <= LARGEST_COUNT) || (count < 0 && !isBlank(countCell))) {
      return (
        whyNotNumber("trade count", countCell, count, 0, LARGEST_COUNT) ?? "trade count is not a whole number"
      );
    }
    const neighbour = seen.neighbour(time);
    if (neighbour !== undefined) return whyTooClose(neighbour);
    const repeat = seen.note(time, number, open, high, low, close, volume);
    if (repeat !== undefined) {
      if (repeat.number === undefined)
        return "another bar for this time came earlier in the file; that one is kept";
      return repeat.isIdentical === true
        ? `repeats ${source.counts} ${repeat.number}`
        : `contradicts ${source.counts} ${repeat.number}, which has the same time; that one is kept`;
    }
    batch.add(time, open, high, low, close, volume, count, options.keepRaw ? rawOf(row) : undefined);
    return undefined;
  }

  /** Takes one trade; @returns why not. */
  function takeTrade(row: readonly unknown[], time: number): string | undefined {
    const priceCell = row[at.price ?? 0];
    const amountCell = row[at.amount ?? 0];
    const price = cellNumber(priceCell);
    const amount = cellNumber(amountCell);
    if (!isPrice(price)) return whyNotNumber("price", priceCell, price, SMALLEST_PRICE, LARGEST_PRICE);
    if (!(amount > 0 && amount <= LARGEST_VOLUME)) {
      return whyNotNumber("amount", amountCell, amount, Number.MIN_VALUE, LARGEST_VOLUME);
    }
    const id = cell(row, at.tradeId);
    return trades.take(time, isBlank(id) ? undefined : String(id), price, amount);
  }

  function* finishedTrades(all: boolean): Generator<BarBatch> {
    for (const bar of trades.finished(all)) {
      batch.add(bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades, undefined);
      if (batch.isFull) yield batch.take();
    }
  }

  let form: TimeForm | undefined;

  /** Tells the form of the times from the first block, and whether the bars are what they are said to be. */
  function judgeStart(block: RowBlock): TimeForm {
    const cells = block.rows.slice(0, SAMPLE_ROWS).map(timeCell);
    const found = at.clock === undefined ? detectTimeForm(cells) : "text";
    const limits = timeLimits(grid, options.now, isEpochForm(found));
    const times = cells
      .map((time) => cellTime(time, found))
      .filter((time) => time >= limits.earliest && time <= limits.latest);
    if (!isTrades) checkSpacing(times, options.timeframe);
    return found;
  }

  function* readBlock(block: RowBlock): Generator<BarBatch> {
    form ??= judgeStart(block);
    const limits = timeLimits(isTrades ? 1 : grid, options.now, isEpochForm(form));
    for (const [index, row] of block.rows.entries()) {
      const number = block.firstNumber + index;
      tally.lastNumber = number;
      if (row.length === 1 && row[0] === "") continue;
      tally.rows += 1;
      const time = cellTime(timeCell(row), form);
      const isTimely = time <= limits.latest && time >= limits.earliest && time % limits.grid === 0;
      const reason = isTimely
        ? ((isTrades ? takeTrade(row, time) : takeBar(row, number, time)) ?? undefined)
        : whyNotTime(timeCell(row), time, limits);
      if (reason === undefined) {
        tally.good += 1;
        if (batch.isFull) yield batch.take();
      } else {
        const text = block.textOf(index);
        const why = text.includes("�") ? "not valid UTF-8" : (whyShort(row, text) ?? reason);
        rejects.refuse(number, why, text);
      }
    }
  }

  let damage: unknown;
  try {
    for await (const block of source.blocks) {
      yield* readBlock(block);
      if (isTrades) yield* finishedTrades(false);
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    damage = error;
  }
  if (tally.rows === 0 && damage === undefined) {
    throw new BarFileError("holds no bars: there is nothing below its header.");
  }
  // Trades before damage make whole bars only up to the last but one.
  if (isTrades) yield* finishedTrades(true);
  if (batch.length > 0) yield batch.take();
  if (damage !== undefined) throw damage;
}
