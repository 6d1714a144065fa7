import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { readTextIfPresent } from "./read-text.ts";

const folder = pathToFileURL(`${import.meta.dirname}/`);

describe("readTextIfPresent", () => {
  it("tells a file that is not there from one that cannot be read", async () => {
    expect(await readTextIfPresent(new URL("absent.json", folder))).toBeUndefined();
    // A folder is there and cannot be read as a file, whoever runs this.
    await expect(readTextIfPresent(folder)).rejects.toThrow(/EISDIR/);
  });
});
