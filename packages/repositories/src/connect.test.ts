// What connect is given before there is a server: an address that is none is refused by its field, and nothing of it is shown.
import { InvalidInputError } from "@app/database";
import { describe, expect, it } from "vitest";
import { connect, type ConnectOptions } from "./connect.ts";

function refusalOf(options: unknown): InvalidInputError | undefined {
  try {
    // What callers without types, or with a `!`, do.
    void connect(options as ConnectOptions).close();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  return undefined;
}

const URL = "postgresql://app:never-shown@127.0.0.1:1/none";

describe("connect", () => {
  it.each([
    ["options", undefined],
    ["options", null],
    ["options", URL],
    // process.env.X! of a variable that is not set.
    ["database", {}],
    ["database", { database: undefined }],
    ["database", { database: null }],
    ["database", { database: 7 }],
    ["database", { database: { hosts: [] } }],
    ["database", { database: "" }],
    ["database", { database: "mysql://app:never-shown@host/none" }],
    ["database", { database: `${URL}?sslmode=no-verify` }],
    ["database", { database: `${URL}?never-shown=1` }],
    ["replicas", { database: URL, replicas: null }],
    ["replicas[1]", { database: URL, replicas: [URL, undefined] }],
    ["replicas[0]", { database: URL, replicas: ["postgresql://app:never-shown@host:x/none"] }],
    ["poolSize", { database: URL, poolSize: 0 }],
  ])("names %s where it is given %o", (field, options) => {
    const error = refusalOf(options);
    expect(error?.field).toBe(field);
    expect(error?.message).not.toContain("never-shown");
  });

  it("takes a URL, and opens nothing", () => {
    expect(refusalOf({ database: URL, replicas: [URL] })).toBeUndefined();
  });
});
