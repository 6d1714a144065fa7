import fc from "fast-check";
import { expect, test } from "vitest";

import { InvalidInputError } from "./errors/database-error.ts";
import { quoteIdentifier, quoteTableName } from "./quote-identifier.ts";

test("a name is quoted, its quotes doubled", () => {
  expect(quoteIdentifier('my "table"; DROP')).toBe('"my ""table""; DROP"');
  expect(quoteTableName({ schema: "a", name: "b.c" })).toBe('"a"."b.c"');
  expect(quoteTableName({ name: "b" })).toBe('"b"');
});

test.each(["", "a\0b", "\ud800", "x".repeat(64), "é".repeat(32)])("%j is refused", (name) => {
  expect(() => quoteIdentifier(name)).toThrow(InvalidInputError);
});

test("the result is one identifier whatever the name holds", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
      fc.pre(!name.includes("\0") && Buffer.byteLength(name) <= 63);
      expect(quoteIdentifier(name)).toMatch(/^"(?:[^"]|"")*"$/u);
    }),
  );
});
