// The value of --columns: which column of the file holds what, as field=name or field=position pairs.
import { BarFileError } from "../../bar-files/bar-file-error.ts";
import { BAR_FIELDS, TRADE_FIELDS } from "../../bar-files/column-map.ts";
import type { ColumnChoice, ColumnField } from "../../bar-files/column-map.ts";

const FIELDS: readonly ColumnField[] = [...new Set([...BAR_FIELDS, ...TRADE_FIELDS])];

/** @throws BarFileError naming the pair that is none */
export function parseColumnOption(text: string | undefined): ColumnChoice {
  const choice = new Map<ColumnField, string>();
  for (const pair of text?.split(",") ?? []) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim().toLowerCase();
    const field = FIELDS.find((known) => known.toLowerCase() === name);
    const column = pair.slice(at + 1).trim();
    if (field === undefined || column === "") {
      throw new BarFileError(
        `--columns: "${pair}" is not FIELD=COLUMN. Fields: ${FIELDS.join(", ")}; a column is a name or a position from 1.`,
      );
    }
    choice.set(field, column);
  }
  return choice;
}
