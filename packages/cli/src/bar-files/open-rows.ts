// Opens a bar file as rows, whatever it is: CSV or JSON, told by its first character.
import type { OpenBarFile } from "./open-bar-file.ts";
import type { ColumnChoice } from "./column-map.ts";
import { openCsvRows } from "./csv-rows.ts";
import { openJsonRows } from "./json-rows.ts";
import { BarFileError, DamagedFileError } from "./bar-file-error.ts";
import type { RowSource } from "./row-source.ts";

/** How much is looked at to tell what a file is. */
const START_BYTES = 4_096;

async function* resumed(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** @throws BarFileError where the file holds nothing, is damaged from its start, or its columns cannot be told */
export async function openRows(file: OpenBarFile, choice: ColumnChoice): Promise<RowSource> {
  try {
    return await openStart(file, choice);
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    throw new BarFileError(`is damaged: ${error.message}; nothing of it can be read.`, { cause: error });
  }
}

async function openStart(file: OpenBarFile, choice: ColumnChoice): Promise<RowSource> {
  const chunks = file.chunks();
  const first = await chunks.next();
  if (first.done === true) throw new BarFileError("is empty inside its gzip.");
  // A zero byte is in every picture, archive and spreadsheet, and in no text.
  if (first.value.subarray(0, START_BYTES).includes(0)) {
    throw new BarFileError("is not text; bars are read from CSV and JSON, plain or gzip.");
  }
  const start = first.value
    .subarray(0, START_BYTES)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  const all = resumed(first.value, chunks);
  return start.startsWith("[") || start.startsWith("{")
    ? await openJsonRows(all, choice)
    : await openCsvRows(all, choice);
}
