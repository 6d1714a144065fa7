import { describe, expect, it } from "vitest";
import type { MigrationFile, MigrationFolder } from "../files/migration-folder.ts";
import { splitStatements } from "../files/migration-statement.ts";
import { contentHash } from "../files/content-hash.ts";
import { compareHistory, hashOfStatements } from "./history.ts";
import type { LedgerRow } from "./ledger-row.ts";

function file(index: number, name: string, text: string, transactional = true): MigrationFile {
  return { index, name, hash: contentHash(text), statements: splitStatements(text), transactional };
}

function folder(...migrations: readonly MigrationFile[]): MigrationFolder {
  return { directory: new URL("file:///none/"), migrations, problems: [] };
}

function row(migration: MigrationFile, changes: Partial<LedgerRow> = {}): LedgerRow {
  return {
    kind: "versioned",
    name: migration.name,
    position: migration.index,
    hash: migration.hash,
    state: "applied",
    statementsDone: migration.statements.length,
    doneHash: hashOfStatements(migration, migration.statements.length),
    objectKind: null,
    undo: null,
    appliedAt: "2026-01-02T03:04:05.000006Z",
    durationMs: 1,
    appliedBy: "owner",
    ...changes,
  };
}

const a = file(0, "0000_a", "SELECT 1");
const b = file(1, "0001_b", "SELECT 2");
const c = file(2, "0002_c", "SELECT 3");

const codes = (...args: Parameters<typeof compareHistory>): readonly string[] =>
  compareHistory(...args).problems.map(({ code, name }) => `${code} ${name}`);

describe("compareHistory", () => {
  it("has nothing to say when ledger and files agree, and lists what is pending in order", () => {
    const history = compareHistory(folder(a, b, c), [row(a)]);
    expect(history.problems).toEqual([]);
    expect(history.pending.map(({ file: { name } }) => name)).toEqual(["0001_b", "0002_c"]);
  });

  it("names an edited migration", () => {
    expect(codes(folder(file(0, "0000_a", "SELECT 9"), b), [row(a)])).toEqual(["migration-edited 0000_a"]);
  });

  it("does not take other line endings for an edit", () => {
    const lf = file(0, "0000_a", "SELECT 1,\n  2;\n");
    expect(codes(folder(file(0, "0000_a", "SELECT 1,\r\n  2;\r\n")), [row(lf)])).toEqual([]);
  });

  it("names a missing migration", () => {
    expect(codes(folder(a), [row(a), row(b)])).toEqual(["migration-missing 0001_b"]);
  });

  it("tells a renamed migration from a missing and a late one", () => {
    const renamed = file(0, "0000_other", "SELECT 1");
    expect(codes(folder(renamed, b), [row(a), row(b)])).toEqual(["migration-renamed 0000_a"]);
  });

  it("names a migration that was put before an applied one", () => {
    expect(codes(folder(a, b, c), [row(a), row(c)])).toEqual(["migration-late 0001_b"]);
  });

  it("names every problem at once", () => {
    expect(
      codes(folder(a, file(1, "0001_b", "edited"), c), [row(b), row(c), row(file(3, "0003_d", "x"))]),
    ).toEqual(["migration-missing 0003_d", "migration-edited 0001_b", "migration-late 0000_a"]);
  });

  describe("of an interrupted migration", () => {
    const text = "-- migrate: no-transaction\nSELECT 1\n--> statement-breakpoint\nSELECT 2";
    const before = file(1, "0001_b", text, false);
    const interrupted = row(before, {
      state: "applying",
      statementsDone: 1,
      doneHash: hashOfStatements(before, 1),
    });

    it("resumes after the statements that are done", () => {
      expect(compareHistory(folder(a, before), [row(a), interrupted]).pending).toEqual([
        { file: before, statementsDone: 1 },
      ]);
    });

    it("lets the statements that are still to come be mended", () => {
      const mended = file(1, "0001_b", text.replace("SELECT 2", "SELECT 3"), false);
      expect(codes(folder(a, mended), [row(a), interrupted])).toEqual([]);
    });

    it("refuses a change of what is done", () => {
      const changed = file(1, "0001_b", text.replace("SELECT 1", "SELECT 0"), false);
      expect(codes(folder(a, changed), [row(a), interrupted])).toEqual(["migration-edited 0001_b"]);
    });
  });
});
