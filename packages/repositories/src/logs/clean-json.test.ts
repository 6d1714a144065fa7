import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanJson } from "./clean-json.ts";
import { LOG_LIMITS } from "./log-record.ts";

const clean = (value: unknown): unknown => JSON.parse(cleanJson(value));

describe("a context", () => {
  it("of JSON values stays as it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), (value) => {
        const wanted = JSON.stringify(value).replaceAll(String.raw`\u0000`, String.raw`\ufffd`);
        expect(clean(value)).toEqual(JSON.parse(wanted));
      }),
    );
  });

  it("of anything at all becomes an object that jsonb takes", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withObjectString: true,
        }),
        (value) => {
          const text = cleanJson(value);
          expect(text.isWellFormed() && text.startsWith("{")).toBe(true);
          expect(text).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][\da-f]{2})/u);
          expect(JSON.parse(text)).toBeTypeOf("object");
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[string, unknown, unknown]>([
    ["a bigint", { a: 12n }, { a: "12" }],
    ["what is not finite", { a: Number.NaN, b: -Infinity }, { a: "NaN", b: "-Infinity" }],
    ["a function and a symbol", { a: () => 1, b: Symbol("x") }, { a: "[function]", b: "[symbol]" }],
    ["a map and a set", { a: new Map([["k", 1]]), b: new Set([1]) }, { a: [["k", 1]], b: [1] }],
    ["bytes", { a: new Uint8Array(3) }, { a: "[Uint8Array, 3 bytes]" }],
    [
      "moments",
      { a: Temporal.Instant.from("2026-01-01T00:00:00Z"), b: new Date(0) },
      { a: "2026-01-01T00:00:00Z", b: "1970-01-01T00:00:00.000Z" },
    ],
    [
      "NUL and lone surrogates",
      { "\0": "a\uD83Db", c: String.raw`\u0000` },
      { "\u{FFFD}": "a\u{FFFD}b", c: String.raw`\u0000` },
    ],
    ["a list", [1, undefined], { value: [1, null] }],
    ["nothing", undefined, {}],
    [
      "an own property called __proto__",
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":1}}'),
    ],
  ])("keeps %s in words", (_, value, wanted) => {
    expect(clean(value)).toEqual(wanted);
  });

  it("keeps the rest of what has a cycle, a getter that throws, or a bad toJSON", () => {
    const self: Record<string, unknown> = {
      a: 1,
      bad: {
        toJSON: () => {
          throw new Error("no");
        },
      },
    };
    self["self"] = self;
    Object.defineProperty(self, "trap", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(clean(self)).toEqual({ a: 1, bad: "[unreadable]", self: "[circular]", trap: "[unreadable]" });
  });

  it("keeps errors with their causes", () => {
    const error = Object.assign(new Error("outer", { cause: new Error("inner") }), { code: "E" });
    expect(clean({ error })).toMatchObject({
      error: { name: "Error", code: "E", stack: expect.stringContaining("Caused by: Error: inner") },
    });
  });

  it("is cut where it is too deep, too many or too long", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    expect(cleanJson({ deep })).toContain("[too deep]");
    let shared: unknown = "x";
    for (let level = 0; level < 60; level += 1) shared = [shared, shared];
    const begun = performance.now();
    expect(cleanJson({ shared }).length).toBeLessThanOrEqual(LOG_LIMITS.context);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(clean({ long: "\uD83D\uDE00".repeat(200_000) })).toMatchObject({
      tooLong: 400_011,
      beginning: expect.stringContaining("long"),
    });
  });
});
