import { expect, test } from "vitest";

import { UnsupportedServerError } from "../errors/database-error.ts";
import { parseServerVersion } from "./server-version.ts";

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
