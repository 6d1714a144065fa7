// The checks of callers' input: what is taken unchanged, what is refused, and that the field is always named.
import { InvalidInputError } from "@app/database";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choice, flag } from "./choice-field.ts";
import { dayField, dayRange } from "./day-field.ts";
import { amount } from "./decimal-field.ts";
import { moment, momentUpTo, openTimeRange, timeRange } from "./instant-field.ts";
import { jsonObject } from "./json-field.ts";
import { knownOptions, refuseUnknownFields } from "./known-fields.ts";
import { finiteNumber, pageLimit, wholeNumber } from "./number-field.ts";
import { type Owner, ownerField } from "./owner-field.ts";
import { code, currency, freeText } from "./text-field.ts";

function refusedField(check: () => unknown): string | undefined {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    expect(error.message.startsWith(`${error.field}: `)).toBe(true);
    expect(error.message.length).toBeLessThan(300);
    return error.field;
  }
  return undefined;
}

/** Nothing any of the checks takes. */
const neverTaken = [
  undefined,
  null,
  {},
  [],
  Number.NaN,
  Symbol("x"),
  () => 1,
  "\0",
  "\uD800",
  "x".repeat(100_000),
];

describe("every check", () => {
  it.each<[string, (value: unknown) => unknown]>([
    ["an amount", (value) => amount("field", value)],
    ["a moment", (value) => moment("field", value)],
    ["a whole number", (value) => wholeNumber("field", value, 0, 10)],
    ["a number", (value) => finiteNumber("field", value, 0, 10)],
    ["a code", (value) => code("field", value, 100)],
    ["a currency", (value) => currency("field", value)],
    ["a choice", (value) => choice("field", value, ["a", "b"])],
    ["a flag", (value) => flag("field", value)],
    ["a day", (value) => dayField("field", value)],
  ])("for %s refuses what is none, by name", (_, check) => {
    for (const value of neverTaken) expect(refusedField(() => check(value))).toBe("field");
  });
});

describe("a refusal", () => {
  const messageOf = (check: () => unknown): string => {
    try {
      check();
    } catch (error) {
      return Error.isError(error) ? error.message : "";
    }
    return "";
  };

  it("tells what is missing from what is not what it should be", () => {
    expect(messageOf(() => code("source", undefined, 100))).toBe("source: it is missing; give text.");
    expect(messageOf(() => code("source", null, 100))).toBe("source: null is not text.");
  });

  it("of a name that is none says which there are", () => {
    const fields = { from: true, to: true } as const;
    const misspelt: { from?: number; to?: number } = Object.fromEntries([["form", 1]]);
    expect(messageOf(() => knownOptions("options", misspelt, fields))).toBe(
      "form: there is no such option here; those there are: from, to.",
    );
    expect(messageOf(() => refuseUnknownFields("a range", misspelt, fields, "range."))).toBe(
      "range.form: there is no such field of a range to give; those there are: from, to.",
    );
  });
});

describe("an amount", () => {
  it("is given back as it was, to the last digit", () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9]\d{0,19})(?:\.\d{1,18})?$/u);
    fc.assert(
      fc.property(digits, (text) => {
        expect(amount("field", text)).toBe(text);
      }),
    );
  });

  it("is never rounded, cut or guessed", () => {
    const refused = [
      1.5,
      1n,
      "",
      " 1",
      "1 ",
      "+1",
      ".5",
      "1.",
      "1e3",
      "0x10",
      "1,000",
      "Infinity",
      "-",
      "1.0000000000000000001",
      `1${"0".repeat(20)}`,
      "9".repeat(40),
      "１",
    ];
    for (const value of refused)
      expect(
        refusedField(() => amount("field", value)),
        String(value),
      ).toBe("field");
    expect(refusedField(() => amount("field", "0.0", "positive"))).toBe("field");
    expect(refusedField(() => amount("field", "-0.1", "not-negative"))).toBe("field");
    expect(amount("field", "-0", "not-negative")).toBe("-0");
    expect(amount("field", "000000000000000000000001", "positive")).toBe("000000000000000000000001");
  });
});

describe("a moment", () => {
  it("comes as an instant, a Date or a text with an offset", () => {
    const instant = Temporal.Instant.from("2026-01-31T09:30:00.123456Z");
    expect(moment("field", instant)).toBe(instant);
    expect(moment("field", "2026-01-31T10:30:00.123456+01:00").equals(instant)).toBe(true);
    expect(moment("field", new Date("2026-01-31T09:30:00.123Z")).toString()).toBe("2026-01-31T09:30:00.123Z");
  });

  it("is not guessed from local time, and not rounded to a microsecond", () => {
    for (const value of [
      "2026-01-31",
      "2026-01-31T09:30:00",
      "2026-01-31T09:30:00.1234567Z",
      new Date(Number.NaN),
      1_700_000_000_000,
    ]) {
      expect(
        refusedField(() => moment("field", value)),
        String(value),
      ).toBe("field");
    }
  });

  it("makes a range only forward", () => {
    const [from, to] = ["2026-01-31T00:00Z", "2026-02-01T00:00Z"];
    expect(timeRange({ from, to }).to.toString()).toBe("2026-02-01T00:00:00Z");
    expect(timeRange({ from, to: from }).from.toString()).toBe("2026-01-31T00:00:00Z");
    // Of a half-open range, what is finer than a microsecond is rounded to the next: the same rows are in it.
    expect(timeRange({ from, to: "2026-02-01T00:00:00.0000001Z" }).to.toString()).toBe(
      "2026-02-01T00:00:00.000001Z",
    );
    expect(momentUpTo("field", "2026-02-01T00:00:00.0000019Z").toString()).toBe(
      "2026-02-01T00:00:00.000001Z",
    );
    expect(refusedField(() => timeRange({ from: to, to: from }))).toBe("to");
    expect(refusedField(() => timeRange({ from: "x", to }))).toBe("from");
  });

  it("makes no range longer than it may be, said in one way", () => {
    const from = "2026-01-31T00:00Z";
    expect(refusedField(() => timeRange({ from, to: "2026-02-02T00:00Z" }, { mostDays: 2 }))).toBeUndefined();
    const longer = () => timeRange({ from, to: "2026-02-02T00:00:00.000001Z" }, { mostDays: 2 });
    expect(refusedField(longer)).toBe("to");
    expect(longer).toThrow("to: the range is longer than 2 days.");
    const days = (lastDay: string) => () => dayRange({ firstDay: "1900-01-01", lastDay });
    expect(refusedField(days("2009-07-07"))).toBeUndefined();
    expect(days("2009-07-08")).toThrow("lastDay: the range is longer than 40000 days.");
  });
});

describe("numbers", () => {
  it("stay within their bounds", () => {
    expect(pageLimit(undefined)).toBe(100);
    expect([pageLimit(1), pageLimit(1_000)]).toEqual([1, 1_000]);
    for (const limit of [0, -1, 1_001, 1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10", 10n]) {
      expect(
        refusedField(() => pageLimit(limit)),
        String(limit),
      ).toBe("limit");
    }
    expect(refusedField(() => wholeNumber("field", 2 ** 53, 0, Number.MAX_SAFE_INTEGER))).toBe("field");
  });
});

describe("texts", () => {
  it("are counted as the database counts, in characters", () => {
    expect(code("field", "🚀".repeat(100), 100)).toBe("🚀".repeat(100));
    expect(refusedField(() => code("field", "🚀".repeat(101), 100))).toBe("field");
  });

  it("keep their line breaks where they are free, and their quotes", () => {
    const text = `it's "free";\n-- select 1\tç`;
    expect(freeText("field", text)).toBe(text);
    expect(refusedField(() => code("field", "a\nb", 100))).toBe("field");
    expect(refusedField(() => code("field", " a", 100))).toBe("field");
  });

  it("that cannot be stored are refused inside of JSON too", () => {
    expect(refusedField(() => jsonObject("field", { a: "\0" }))).toBe("field");
    expect(refusedField(() => jsonObject("field", { a: "\uDC00" }))).toBe("field");
    expect(refusedField(() => jsonObject("field", [1]))).toBe("field");
    expect(refusedField(() => jsonObject("field", { deep: [{ rate: Number.NaN }] }))).toBe(
      "field.deep.0.rate",
    );
    expect(refusedField(() => jsonObject("field", { big: 1n }))).toBe("field");
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(refusedField(() => jsonObject("field", cycle))).toBe("field");
  });
});

describe("ranges", () => {
  const [first, second] = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.0000001Z"];

  it("that may be left open are checked as those that may not, end by end", () => {
    expect(openTimeRange({})).toEqual({ from: undefined, to: undefined });
    // Finer than a microsecond is rounded up, so that the same rows lie on each side.
    expect(openTimeRange({ to: second }).to?.toString()).toBe("2026-01-01T00:00:00.000001Z");
    expect(String(openTimeRange({ from: first, to: first }).from)).toBe(first);
    for (const check of [timeRange, openTimeRange]) {
      expect(refusedField(() => check({ from: second, to: first }))).toBe("to");
      expect(refusedField(() => check({ from: "yesterday", to: first }))).toBe("from");
    }
  });

  it("of days hold both ends", () => {
    expect(dayRange({ firstDay: "2026-01-01", lastDay: "2026-01-01" }).lastDay.toString()).toBe("2026-01-01");
    expect(refusedField(() => dayRange({ firstDay: "2026-01-02", lastDay: "2026-01-01" }))).toBe("lastDay");
    expect(refusedField(() => dayRange({ firstDay: "2026-01-02", lastDay: "2200-01-01" }))).toBe("lastDay");
    expect(refusedField(() => dayRange({ firstDay: "2026-02-30", lastDay: "2026-03-01" }))).toBe("firstDay");
  });
});

describe("an owner", () => {
  it("is exactly one", () => {
    expect(ownerField({ account: "main" })).toEqual({ by: "account", values: { account: "main" } });
    expect(ownerField({ exchange: "X", symbol: "Y" }).by).toBe("symbol");
    for (const owner of [{}, null, "main", { account: "main", exchange: "X", symbol: "Y" }]) {
      expect(refusedField(() => ownerField(owner as Owner))).toBe("owner");
    }
    expect(refusedField(() => ownerField({ exchange: "X" } as Owner))).toBe("symbol");
    expect(refusedField(() => ownerField({ strategyId: "x" }))).toBe("strategyId");
  });
});
