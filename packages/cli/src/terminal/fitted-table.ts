// A table without lines that reads the same in a log, in the widest of several sets of columns that fits.
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import pc from "picocolors";

/** One column: its head, and the cell of a row. */
export interface Column<Row> {
  readonly head: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => string;
}

function draw<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  dim: (text: string) => string,
): readonly string[] {
  // The library's own lines and colours are off.
  const grid = new Table({
    head: columns.map(({ head }) => dim(head)),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(
      ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
        .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
        .map((name) => [name, ""]),
    ),
  });
  grid.push(...rows.map((row) => columns.map(({ cell }) => cell(row))));
  return grid
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd());
}

/**
 * @param choices sets of columns, widest first; the last one is taken where none fits
 * @param dim how heads are set back; where colours may be, unless given
 * @returns the table, one line per row and one for the heads
 */
export function fittedTable<Row>(
  rows: readonly Row[],
  choices: readonly (readonly Column<Row>[])[],
  width: number,
  dim: (text: string) => string = pc.dim,
): string {
  let lines: readonly string[] = [];
  for (const columns of choices) {
    lines = draw(rows, columns, dim);
    if (lines.every((line) => stripVTControlCharacters(line).trimEnd().length <= width)) break;
  }
  return `${lines.join("\n")}\n`;
}
