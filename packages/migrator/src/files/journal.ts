// drizzle-kit's journal, meta/_journal.json: which migrations there are, in which order. Reads only.

import { MigratorError } from "../errors.ts";
import { readTextIfPresent } from "./read-text.ts";

/** One migration; what else drizzle-kit keeps of it is carried along untouched. */
export interface JournalEntry {
  readonly idx: number;
  readonly tag: string;
}

export interface Journal {
  readonly version: string;
  readonly dialect: string;
  readonly entries: readonly JournalEntry[];
}

/** The journal of a new folder. */
export const emptyJournal: Journal = { version: "7", dialect: "postgresql", entries: [] };

/**
 * The journal; undefined when the folder has none yet.
 * @throws {@link MigratorError} `journal-invalid` when it cannot be read or is not one.
 */
export async function readJournal(directory: URL): Promise<Journal | undefined> {
  let journal: unknown;
  try {
    const text = await readTextIfPresent(new URL("meta/_journal.json", directory));
    if (text === undefined) {
      return undefined;
    }
    journal = JSON.parse(text);
  } catch (error) {
    throw invalidJournal("cannot be read", error);
  }
  if (!isRecord(journal) || !Array.isArray(journal["entries"])) {
    throw invalidJournal("has no list of entries");
  }
  const { version, dialect } = journal;
  return {
    ...journal,
    version: typeof version === "string" ? version : emptyJournal.version,
    dialect: typeof dialect === "string" ? dialect : emptyJournal.dialect,
    entries: journal["entries"].map(checkedEntry),
  };
}

/** @throws {@link MigratorError} `journal-invalid` also when there is none. */
export async function requireJournal(directory: URL): Promise<Journal> {
  const journal = await readJournal(directory);
  if (journal === undefined) {
    throw invalidJournal("is missing");
  }
  return journal;
}

function checkedEntry(entry: unknown, index: number): JournalEntry {
  if (
    !isRecord(entry) ||
    entry["idx"] !== index ||
    typeof entry["tag"] !== "string" ||
    !isTag(entry["tag"])
  ) {
    throw invalidJournal(`is broken at entry ${index}`);
  }
  return { ...entry, idx: index, tag: entry["tag"] };
}

function invalidJournal(reason: string, cause?: unknown): MigratorError {
  return new MigratorError(
    "journal-invalid",
    `meta/_journal.json of the migrations folder ${reason}: restore it from version control.`,
    { cause },
  );
}

// A tag becomes a file name and a key of the ledger: nothing that could leave the folder.
function isTag(tag: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(tag) && !tag.endsWith(".down");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
