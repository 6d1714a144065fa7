// A JSON array of bars or trades as rows: items are arrays (ccxt, Binance klines) or objects with known keys.
// The first item decides which; an item of another shape is refused by its number, not fatal.
import { BarFileError } from "./bar-file-error.ts";
import { mapArrayShape, mapChosenPositions, mapNamedColumns } from "./column-map.ts";
import type { ColumnChoice, ColumnMap } from "./column-map.ts";
import { jsonItems } from "./json-items.ts";
import type { JsonItems } from "./json-items.ts";
import type { RowBlock, RowSource } from "./row-source.ts";

interface ItemShape {
  readonly columns: ColumnMap;
  readonly names: readonly string[] | undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseItem(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function shapeOf(items: readonly unknown[], choice: ColumnChoice): ItemShape {
  for (const item of items) {
    if (Array.isArray(item)) {
      const columns = choice.size > 0 ? mapChosenPositions(item.length, choice) : mapArrayShape(item);
      return { columns, names: undefined };
    }
    if (isRecord(item)) {
      const names = Object.keys(item);
      return { columns: mapNamedColumns(names, choice), names };
    }
  }
  throw new BarFileError("is a JSON array, but its items are neither arrays nor objects.");
}

function rowOf(item: unknown, names: readonly string[] | undefined): readonly unknown[] {
  if (names === undefined) return Array.isArray(item) ? item : [undefined];
  return isRecord(item) ? names.map((name) => item[name]) : [undefined];
}

/** @throws BarFileError where the array is empty or its first items cannot be understood */
export async function openJsonRows(chunks: AsyncIterable<Buffer>, choice: ColumnChoice): Promise<RowSource> {
  const blocks = jsonItems(chunks)[Symbol.asyncIterator]();
  const first = await blocks.next();
  if (first.done === true) throw new BarFileError("holds no bars: it is an empty JSON array.");
  const start = first.value;
  const shape = shapeOf(start.texts.slice(0, 100).map(parseItem), choice);

  function toBlock(items: JsonItems): RowBlock {
    return {
      rows: items.texts.map((text) => rowOf(parseItem(text), shape.names)),
      firstNumber: items.firstItem,
      textOf: (index) => items.texts[index] ?? "",
    };
  }

  async function* rows(): AsyncGenerator<RowBlock> {
    yield toBlock(start);
    for (let next = await blocks.next(); next.done !== true; next = await blocks.next())
      yield toBlock(next.value);
  }
  return { columns: shape.columns, counts: "item", names: shape.names, blocks: rows() };
}
