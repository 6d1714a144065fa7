import { expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import { encodeParameters, jsonParameter } from "./parameters.ts";

test.each([
  ["text", "text"],
  [1.5, 1.5],
  [-0, "-0"],
  [Number.NaN, Number.NaN],
  [true, true],
  [null, null],
  [-9_223_372_036_854_775_808n, "-9223372036854775808"],
  [Temporal.Instant.from("2024-01-02T03:04:05.123456Z"), "2024-01-02T03:04:05.123456Z"],
  [Temporal.PlainDate.from("2024-02-29"), "2024-02-29"],
  [new Date("2024-01-02T03:04:05.678Z"), "2024-01-02T03:04:05.678Z"],
  [{ a: [1] }, '{"a":[1]}'],
  [
    ["a", null, ["b"]],
    ["a", null, ["b"]],
  ],
  [new BigInt64Array([1n, -1n]), ["1", "-1"]],
  [new Float64Array([0.5]), [0.5]],
  [new Uint8Array([1, 2]), Buffer.from([1, 2])],
  [jsonParameter([1, "x"]), '[1,"x"]'],
  [jsonParameter("x"), '"x"'],
])("%o is sent as %o", (value, sent) => {
  expect(encodeParameters([value])).toEqual([sent]);
});

test.each([
  [undefined],
  ["a\0b"],
  ["\ud800"],
  [["ok", "\udfff"]],
  [() => 1],
  [Symbol("x")],
  [new Date(Number.NaN)],
  [new Map()],
  [new Uint16Array(1)],
  [{ b: 1n }],
  [{ a: "\0" }],
  [jsonParameter],
  [Temporal.Instant.from("2024-01-01T00:00:00.000000001Z")],
])("%o is refused by its place", (value) => {
  expect(() => encodeParameters(["fine", value])).toThrow(InvalidInputError);
  expect(() => encodeParameters(["fine", value])).toThrow(/^Parameter \$2: /u);
});
