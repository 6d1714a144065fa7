// The file of refused rows: number, reason and text of each, as CSV. Written only when there is something to refuse,
// through one small buffer, synchronously: refusals are few, and none may be lost when the process ends.
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { BarFileError } from "./bar-file-error.ts";

const BUFFER_CHARACTERS = 64 * 1024;
const LONGEST_TEXT = 64 * 1024;

/** Takes refused rows. */
export interface RejectsFile {
  readonly path: string;
  readonly count: number;
  /** The first few refusals, for the summary. */
  readonly first: readonly { readonly number: number; readonly reason: string }[];
  refuse(number: number, reason: string, text: string): void;
  /** Writes what is left. Without refusals, removes the rejects file of an earlier run of the same import. */
  close(): void;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** How a file begins that this program wrote. */
const headers = ["line", "item"].map((counts) => headerOf(counts));

function headerOf(counts: string): string {
  return `${counts},reason,text\n`;
}

/** Whose the file at a path is: this program's, nobody's (absent, or empty as /dev/null is), or somebody else's. */
function ownerOf(path: string): "ours" | "nobody" | "somebody" {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "nobody" : "somebody";
  }
  try {
    const start = Buffer.alloc(Math.max(...headers.map(({ length }) => length)));
    const text = start.toString("utf8", 0, readSync(file, start, 0, start.length, 0));
    if (text === "") return "nobody";
    return headers.some((header) => text.startsWith(header)) ? "ours" : "somebody";
  } catch {
    return "somebody"; // A directory, or nothing that can be read.
  } finally {
    closeSync(file);
  }
}

/** @param counts what a row's number counts; becomes the name of the first column */
export function createRejectsFile(path: string, counts: "line" | "item"): RejectsFile {
  const header = headerOf(counts);
  const first: { number: number; reason: string }[] = [];
  let file: number | undefined;
  let buffer = "";
  let count = 0;

  function flush(): void {
    if (buffer === "") return;
    if (file === undefined) {
      if (ownerOf(path) === "somebody") {
        throw new BarFileError(
          `has rows that were refused, but ${path} is there already and is no rejects file; name another file with --rejects.`,
        );
      }
      try {
        file = openSync(path, "w");
      } catch (error) {
        const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
        throw new BarFileError(
          `has rows that were refused, but ${path} cannot be written${reason}; name another file with --rejects.`,
        );
      }
    }
    writeSync(file, buffer);
    buffer = "";
  }

  return {
    path,
    first,
    get count() {
      return count;
    },
    refuse(number, reason, text) {
      if (count === 0) {
        buffer = header;
        flush();
      }
      count += 1;
      if (first.length < 5) first.push({ number, reason });
      buffer += `${number},${quoted(reason)},${quoted(text.slice(0, LONGEST_TEXT))}\n`;
      if (buffer.length > BUFFER_CHARACTERS) flush();
    },
    close() {
      if (count === 0) {
        // Only what this program wrote; somebody's own file of that name stays.
        if (ownerOf(path) === "ours") rmSync(path, { force: true });
        return;
      }
      flush();
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
