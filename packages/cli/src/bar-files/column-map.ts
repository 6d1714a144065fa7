// Which column of a file holds what: from a header's names, from the keys of JSON objects, from the known shapes of
// JSON arrays, or as the caller said. Finds columns only; cells are read elsewhere.
import { BarFileError } from "./bar-file-error.ts";
import { shownText } from "./shown-text.ts";

/** What a column may hold. `clock` is a time of day beside a date column. */
export const BAR_FIELDS = ["time", "clock", "open", "high", "low", "close", "volume", "tradeCount"] as const;
/** What a column of a file of single trades may hold. */
export const TRADE_FIELDS = ["time", "tradeId", "price", "amount"] as const;
export type ColumnField = (typeof BAR_FIELDS)[number] | (typeof TRADE_FIELDS)[number];

/** Where each field stands in a row, counted from 0. */
export interface ColumnMap {
  readonly rows: "bars" | "trades";
  readonly at: Readonly<Partial<Record<ColumnField, number>>>;
  /** Names of the columns that are not read. */
  readonly unused: readonly string[];
}

/** What the caller said about columns: a field and the name or the position (from 1) of its column. */
export type ColumnChoice = ReadonlyMap<ColumnField, string>;

/** Names by field, most telling first: a file with `unix` and `date` is read by `unix`. */
const NAMES: Readonly<Record<ColumnField, readonly string[]>> = {
  time: [
    "opentime",
    "timestamp",
    "datetime",
    "opentimestamp",
    "unix",
    "unixtimestamp",
    "unixtime",
    "epoch",
    "windowstart",
    "timeperiodstart",
    "starttime",
    "start",
    "gmttime",
    "ts",
    "date",
    "time",
    "t",
  ],
  clock: ["time", "clock"],
  open: ["open", "openprice", "o"],
  high: ["high", "highprice", "h"],
  low: ["low", "lowprice", "l"],
  close: ["close", "closeprice", "c"],
  volume: ["volume", "vol", "tickvol", "tickvolume", "v"],
  tradeCount: ["tradecount", "trades", "numberoftrades", "numtrades", "tradescount", "count", "n"],
  tradeId: ["tradeid", "id", "tid", "aggtradeid"],
  price: ["price", "p", "rate"],
  amount: ["amount", "qty", "quantity", "size", "volume", "vol"],
};

/** Of a column's name, when it is told that the column is not read. */
const LONGEST_NAME = 60;

const NEEDED_OF_BARS = ["time", "open", "high", "low", "close"] as const;
const NEEDED_OF_TRADES = ["time", "price", "amount"] as const;

/** @returns a name in the form in which names are compared: `Open Time`, `open_time` and `<OPENTIME>` are one. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function chosenColumn(
  field: ColumnField,
  choice: string,
  names: readonly string[] | undefined,
  width: number,
): number {
  if (names !== undefined) {
    const exact = names.findIndex((name) => name.trim().toLowerCase() === choice.trim().toLowerCase());
    if (exact >= 0) return exact;
  }
  const position = /^\d+$/.test(choice) ? Number(choice) : 0;
  if (position >= 1 && position <= width) return position - 1;
  const known = names === undefined ? `columns 1 to ${width}` : shownText(names.join(", "));
  throw new BarFileError(`has no column "${choice}" for ${field}. Found: ${known}.`);
}

function lookUp(
  field: ColumnField,
  plain: readonly string[],
  taken: ReadonlySet<number>,
): number | undefined {
  for (const name of NAMES[field]) {
    const at = plain.indexOf(name);
    if (at >= 0 && !taken.has(at)) return at;
  }
  return undefined;
}

/**
 * Maps named columns.
 *
 * @throws BarFileError naming what is missing, what was found and how to say it by hand
 */
export function mapNamedColumns(names: readonly string[], choice: ColumnChoice): ColumnMap {
  const plain = names.map((name) => plainName(name));
  const isTrades =
    lookUp("price", plain, new Set()) !== undefined &&
    lookUp("amount", plain, new Set()) !== undefined &&
    lookUp("open", plain, new Set()) === undefined &&
    !choice.has("open");
  const at: Partial<Record<ColumnField, number>> = {};
  const taken = new Set<number>();
  for (const [field, column] of choice) {
    at[field] = chosenColumn(field, column, names, names.length);
    taken.add(at[field]);
  }
  for (const field of isTrades ? TRADE_FIELDS : BAR_FIELDS) {
    if (at[field] !== undefined) continue;
    // A column `time` is a time of day only beside a column `date` that was taken for the day.
    if (field === "clock" && (at.time === undefined || plain[at.time] !== "date")) continue;
    const found = lookUp(field, plain, taken);
    if (found === undefined) continue;
    at[field] = found;
    taken.add(found);
  }
  const needed = isTrades ? NEEDED_OF_TRADES : NEEDED_OF_BARS;
  const missing = needed.filter((field) => at[field] === undefined);
  if (missing.length > 0) {
    const found = shownText(names.map((name) => name.trim()).join(", "));
    throw new BarFileError(
      `has no column for ${missing.join(", ")}. Found: ${found}. ` +
        `Needed: ${NEEDED_OF_BARS.join(", ")} (volume may be missing); name others with --columns ${missing[0]}=NAME.`,
    );
  }
  return {
    rows: isTrades ? "trades" : "bars",
    at,
    unused: names.filter((_, index) => !taken.has(index)).map((name) => shownText(name.trim(), LONGEST_NAME)),
  };
}

/** Maps columns known by position only, as the caller chose them. @throws BarFileError where one is missing */
export function mapChosenPositions(width: number, choice: ColumnChoice): ColumnMap {
  const at: Partial<Record<ColumnField, number>> = {};
  for (const [field, column] of choice) at[field] = chosenColumn(field, column, undefined, width);
  const missing = NEEDED_OF_BARS.filter((field) => at[field] === undefined);
  if (missing.length > 0) {
    throw new BarFileError(`has no header, and --columns does not say where ${missing.join(", ")} stands.`);
  }
  return { rows: "bars", at, unused: [] };
}

/**
 * Maps the elements of a JSON array by its shape: `[time, open, high, low, close(, volume)]` as ccxt gives it, the 12
 * elements of a Binance kline, or a ccxt trade `[time, id, type, side, price, amount, cost]`.
 *
 * @throws BarFileError for another shape
 */
export function mapArrayShape(first: readonly unknown[]): ColumnMap {
  const isTrade = (first.length === 6 || first.length === 7) && (first[3] === "buy" || first[3] === "sell");
  if (isTrade) return { rows: "trades", at: { time: 0, tradeId: 1, price: 4, amount: 5 }, unused: [] };
  const bars = { time: 0, open: 1, high: 2, low: 3, close: 4 };
  if (first.length === 5) return { rows: "bars", at: bars, unused: [] };
  if (first.length === 6) return { rows: "bars", at: { ...bars, volume: 5 }, unused: [] };
  if (first.length === 12) return { rows: "bars", at: { ...bars, volume: 5, tradeCount: 8 }, unused: [] };
  throw new BarFileError(
    `holds arrays of ${first.length} elements, which could mean anything. Say where each field stands: ` +
      "--columns time=1,open=2,high=3,low=4,close=5,volume=6.",
  );
}
