// What happens to a rejects file that cannot be written or removed: one sentence that names the way out.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BarFileError } from "./bar-file-error.ts";
import { readPath } from "./fixtures/read-file.ts";

const HEADER = "time,open,high,low,close,volume";
const GOOD = "2024-01-01 00:00,100,102,99,101,1";
const BAD = "2024-01-01 00:01,NaN,102,99,101,1";
const NOBODY = 65_534;

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rejects-"));
});

afterEach(() => {
  chmodSync(directory, 0o755);
  rmSync(directory, { recursive: true });
});

function fileOf(...rows: readonly string[]): string {
  const path = join(directory, "bars.csv");
  writeFileSync(path, [HEADER, ...rows].join("\n"));
  return path;
}

/** Reads a file as a user who may read its folder and write nothing there. */
async function readWithoutRight(path: string): Promise<unknown> {
  chmodSync(directory, 0o555);
  const user = process.geteuid?.();
  // Root may write anywhere.
  if (user === 0) process.seteuid?.(NOBODY);
  try {
    return await readPath(path).catch((error: unknown) => error);
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === "win32")("without the right to write (POSIX permissions)", () => {
  it("refused rows stop the import with a sentence that names --rejects", async () => {
    const path = fileOf(GOOD, BAD);
    const failure = await readWithoutRight(path);
    expect(failure).toBeInstanceOf(BarFileError);
    expect(String(failure)).toBe(
      `BarFileError: has rows that were refused, but ${path}.rejects.csv cannot be written ` +
        "(this user may not write there, EACCES); name another file with --rejects.",
    );
  });

  it("the same where a rejects file of an earlier run is there", async () => {
    const path = fileOf(GOOD, BAD);
    await readPath(path);
    chmodSync(`${path}.rejects.csv`, 0o444);
    expect(String(await readWithoutRight(path))).toMatch(/has rows that were refused, but .* --rejects\.$/);
  });

  it("a rejects file of an earlier run that cannot be removed is named, and that all is stored", async () => {
    await readPath(fileOf(GOOD, BAD));
    const path = fileOf(GOOD);
    const failure = await readWithoutRight(path);
    expect(failure).toBeInstanceOf(BarFileError);
    expect(String(failure)).toMatch(
      /^BarFileError: is stored and no row of it was refused, but .*rejects\.csv, the rejects file of an earlier run, cannot be removed \(this user may not write there, E(?:ACCES|PERM)\); remove it, or name another file with --rejects\.$/,
    );
  });
});

it("a rejects file in a folder that is not there, or in the place of one, is refused in words", async () => {
  const path = fileOf(GOOD, BAD);
  await expect(readPath(path, { rejectsPath: join(directory, "none", "rejects.csv") })).rejects.toThrow(
    /cannot be written \(its folder does not exist, ENOENT\); name another file with --rejects\.$/,
  );
  mkdirSync(join(directory, "folder"));
  await expect(readPath(path, { rejectsPath: join(directory, "folder") })).rejects.toThrow(
    /is there already and is no rejects file; name another file with --rejects\.$/,
  );
});
