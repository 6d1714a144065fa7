// The file of refused rows: number, reason and text of each, as CSV. Written only when there is something to refuse,
// through one small buffer, synchronously: refusals are few, and none may be lost when the process ends, by a signal
// handled elsewhere or an error; only a kill loses the last buffer.
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from "node:fs";
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
  /**
   * Writes what is left. Without refusals, removes the rejects file of an earlier run of the same import.
   * @throws BarFileError where neither can be done
   */
  close(): void;
  /** After another failure: writes what is left as far as that can be done, removes nothing and never throws. */
  abandon(): void;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** How a file begins that this program wrote. */
const headers = ["line", "item"].map((counts) => headerOf(counts));

function headerOf(counts: string): string {
  return `${counts},reason,text\n`;
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "that disk can only be read",
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

function systemReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const words = SYSTEM_REASONS[code];
  return words === undefined ? code : `${words}, ${code}`;
}

function cannotBeWritten(path: string, error: unknown): BarFileError {
  return new BarFileError(
    `has rows that were refused, but ${path} cannot be written (${systemReason(error)}); name another file with --rejects.`,
    { cause: error },
  );
}

/**
 * Whose the file at a path is: this program's, nobody's (absent, or empty as /dev/null is), or somebody else's, also where
 * it cannot be looked at.
 */
function ownerOf(path: string): "ours" | "nobody" | "somebody" {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return existsSync(path) ? "somebody" : "nobody";
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
        throw cannotBeWritten(path, error);
      }
      process.once("exit", abandon);
    }
    try {
      writeSync(file, buffer);
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
    buffer = "";
  }

  function end(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
    process.off("exit", abandon);
  }

  function abandon(): void {
    try {
      if (file !== undefined) flush();
    } catch {
      // There was a reason to stop before this one.
    }
    end();
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
        try {
          if (ownerOf(path) === "ours") rmSync(path, { force: true });
        } catch (error) {
          throw new BarFileError(
            `is stored and no row of it was refused, but ${path}, the rejects file of an earlier run, cannot be removed ` +
              `(${systemReason(error)}); remove it, or name another file with --rejects.`,
            { cause: error },
          );
        }
        return;
      }
      flush();
      end();
    },
    abandon,
  };
}
