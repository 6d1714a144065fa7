import { expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import { decodeArray } from "./array.ts";

const text = (element: string): string => element;

test.each([
  ["{}", []],
  ["{1,2}", ["1", "2"]],
  ['{NULL,"NULL",""}', [null, "NULL", ""]],
  ['{"a,b","c\\"d","e\\\\f","{g}"}', ["a,b", 'c"d', "e\\f", "{g}"]],
  [
    "{{1,2},{3,4}}",
    [
      ["1", "2"],
      ["3", "4"],
    ],
  ],
  ["[0:1]={5,6}", ["5", "6"]],
])("%s is read", (source, elements) => {
  expect(decodeArray(source, text)).toEqual(elements);
});

test.each(["", "1,2", "{1", '{"1}', "{1}x", "{1;2}}"])("%j is refused", (source) => {
  expect(() => decodeArray(source, text)).toThrow(InvalidInputError);
});

test("elements go through the element's codec", () => {
  expect(decodeArray("{1,NULL,-9223372036854775808}", BigInt)).toEqual([
    1n,
    null,
    -9_223_372_036_854_775_808n,
  ]);
});
