import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LocalServerError } from "../local-server-error.ts";
import { createCredentials, readCredentials, writeCredentials } from "./credentials.ts";

describe("the file of passwords", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "credentials-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function failure(file: string): LocalServerError {
    try {
      readCredentials(file);
    } catch (error) {
      if (error instanceof LocalServerError) return error;
      throw error;
    }
    throw new Error("The file was read.");
  }

  it("comes back as it was written", () => {
    const file = join(directory, "credentials.json");
    const credentials = createCredentials();
    writeCredentials(file, credentials);
    expect(readCredentials(file)).toEqual(credentials);
  });

  it("is missed with the file's name and what to do", () => {
    const file = join(directory, "absent.json");
    expect(failure(file)).toMatchObject({
      code: "credentials-unreadable",
      message: expect.stringMatching(
        /absent\.json cannot be read \(ENOENT\), .*: restore it, or move .* away/,
      ),
    });
  });

  it.each([
    '{"app":"hunter2"',
    "hunter2",
    '"hunter2"',
    '{"app":"hunter2"}',
    '{"app":"hunter2","postgres":7}',
  ])("that holds %j is refused, and the refusal repeats nothing of it", (text) => {
    const file = join(directory, "credentials.json");
    writeFileSync(file, text);
    const error = failure(file);
    expect(error).toMatchObject({
      code: "credentials-unreadable",
      message: expect.stringContaining("does not hold the two passwords"),
    });
    expect(inspect(error)).not.toContain("hunter2");
  });
});
