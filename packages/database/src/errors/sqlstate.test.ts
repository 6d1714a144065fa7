import { expect, test } from "vitest";

import { meaningByClass, meaningByCode, meaningOfSqlState } from "./sqlstate.ts";

test.each([
  ["40001", "retryable", true],
  ["40P01", "retryable", true],
  ["23505", "conflict", false],
  ["23503", "conflict", false],
  ["23P01", "conflict", false],
  ["23514", "invalid-input", false],
  ["23502", "invalid-input", false],
  ["22003", "invalid-input", false],
  ["22P02", "invalid-input", false],
  ["42P01", "schema-mismatch", false],
  ["42703", "schema-mismatch", false],
  ["42601", "usage", false],
  ["42501", "access-denied", false],
  ["28P01", "access-denied", false],
  ["3D000", "not-found", false],
  ["53300", "unavailable", true],
  ["53100", "unavailable", false],
  ["57P01", "unavailable", false],
  ["57P03", "unavailable", true],
  ["25006", "unavailable", false],
  ["08006", "unavailable", false],
  ["08007", "unknown-outcome", false],
  ["57014", "timeout", false],
  ["55P03", "timeout", true],
  ["25P03", "timeout", true],
  ["25P04", "timeout", true],
  ["25P02", "usage", false],
  ["XX000", "internal", false],
] as const)("%s asks for the decision %s", (sqlState, kind, isRetryable) => {
  expect(meaningOfSqlState(sqlState)).toEqual({ kind, isRetryable });
});

test("a code of no known class is an internal error that is not repeated", () => {
  expect(meaningOfSqlState("ZZ999")).toEqual({ kind: "internal", isRetryable: false });
});

test("codes have five characters and classes two", () => {
  expect([...meaningByCode.keys()].filter((code) => !/^[0-9A-Z]{5}$/u.test(code))).toEqual([]);
  expect([...meaningByClass.keys()].filter((code) => !/^[0-9A-Z]{2}$/u.test(code))).toEqual([]);
});

test("only losing, waiting and full servers are worth the same call again", () => {
  const repeated = [...meaningByCode]
    .filter(([, meaning]) => meaning.isRetryable)
    .map(([, meaning]) => meaning.kind);
  expect(new Set(repeated)).toEqual(new Set(["retryable", "timeout", "unavailable", "conflict"]));
});
