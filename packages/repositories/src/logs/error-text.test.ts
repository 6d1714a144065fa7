import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorText } from "./error-text.ts";

describe("what was thrown", () => {
  it("gives its name, its stack, and the stacks of what caused it", () => {
    const cause = new RangeError("inner");
    const { name, stack } = errorText(new TypeError("outer", { cause }));
    expect(name).toBe("TypeError");
    expect(stack).toMatch(/^TypeError: outer\n[\s\S]*\nCaused by: RangeError: inner\n/u);
  });

  it("gives the errors of an AggregateError, and ends where causes go in a circle", () => {
    const error = new AggregateError([new Error("one"), "two"], "several");
    error.cause = error;
    const { stack } = errorText(error);
    expect(stack).toContain("One of its errors: Error: one");
    expect(stack).toContain("One of its errors: two");
    expect(stack).not.toContain("Caused by");
  });

  it.each<[unknown, string, string]>([
    ["text", "string", "text"],
    [null, "null", "null"],
    [undefined, "undefined", "undefined"],
    [12n, "bigint", "12"],
    [Symbol("s"), "symbol", "Symbol(s)"],
    [{ message: "plain" }, "Object", "plain"],
    [{ type: "Remote", stack: "Remote: far away" }, "Remote", "Remote: far away"],
    [Object.create(null), "object", "[object Object]"],
  ])("may be anything (%#)", (thrown, name, stack) => {
    expect(errorText(thrown)).toEqual({ name, stack });
  });

  it("is read whatever it is, and the reading never throws", () => {
    const hostile = new Proxy(new Error("x"), {
      get: () => {
        throw new Error("no");
      },
    });
    expect(errorText(hostile)).toEqual({ name: "Unreadable", stack: "The thrown value could not be read." });
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
        const { name, stack } = errorText(thrown);
        expect([typeof name, typeof stack]).toEqual(["string", "string"]);
      }),
    );
  });
});
