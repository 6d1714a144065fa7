import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeDirectory } from "./make-directory.ts";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "make-directory-"));
});
afterAll(async () => {
  await rm(place, { recursive: true });
});

it("makes a directory with those above it, twice without harm, and leaves nothing in it", async () => {
  const path = join(place, "one", "two");
  await makeDirectory(path, "--output");
  await makeDirectory(path, "--output");
  expect(await readdir(path)).toEqual([]);
});

it("says in one sentence what cannot be written into, and which option named it", async () => {
  const file = join(place, "file");
  await writeFile(file, "");
  await expect(makeDirectory(file, "--output")).rejects.toThrow(
    /^Nothing can be written into ".*file", which --output names: ENOTDIR: not a directory\.$/u,
  );
  await expect(makeDirectory(join(file, "below"), "--output")).rejects.toThrow(/ENOTDIR/u);
});

it("does not try for ever where there can be no directory", async ({ skip }) => {
  skip(process.platform !== "linux", "there is no /proc");
  await expect(makeDirectory("/proc/nope/below", "--output")).rejects.toThrow(
    /^Nothing can be written into "\/proc\/nope\/below"/u,
  );
});
