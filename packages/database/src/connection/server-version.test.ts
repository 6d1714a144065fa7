import { expect, test } from "vitest";

import { UnsupportedServerError } from "../errors/database-error.ts";
import { parseServerVersion, requireServerVersion } from "./server-version.ts";

test.each([
  ["18.4", 18, 4, "18.4"],
  ["15.18 (Debian 15.18-1.pgdg12+1)", 15, 18, "15.18"],
  ["19beta1", 19, 0, "19beta1"],
  ["19devel", 19, 0, "19devel"],
])("%j is read", (announced, major, minor, text) => {
  expect(parseServerVersion(announced)).toEqual({ major, minor, text });
});

test("what is no version is refused", () => {
  expect(() => parseServerVersion("CockroachDB")).toThrow(UnsupportedServerError);
});

test("an older server is refused naming both versions", () => {
  expect(() => {
    requireServerVersion(parseServerVersion("15.18 (Debian)"), 18);
  }).toThrow("PostgreSQL 18 or newer is needed; this server is 15.18.");
});

test("the asked-for version and newer ones pass", () => {
  for (const version of ["18.0", "19devel"]) {
    expect(() => {
      requireServerVersion(parseServerVersion(version), 18);
    }).not.toThrow();
  }
});
