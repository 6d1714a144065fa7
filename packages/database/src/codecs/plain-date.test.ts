import fc from "fast-check";
import { expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import { dateToDays, decodeDate, encodeDate } from "./plain-date.ts";

const epoch = Temporal.PlainDate.from("2000-01-01");

test("days survive both ways over the whole range", () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_451_545, max: 99_280_000 }), (days) => {
      const date = epoch.add({ days });
      expect(dateToDays(date)).toBe(days);
      expect(dateToDays(date.toString())).toBe(days);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["2024-02-29", "2024-02-29"],
  ["0044-03-15 BC", "-000043-03-15"],
  ["12024-01-01", "+012024-01-01"],
])("%s is read as %s and written back", (text, iso) => {
  const date = decodeDate(text);
  expect(date.toString()).toBe(iso);
  expect(encodeDate(date)).toBe(text);
});

test.each(["infinity", "-infinity", "5874897-12-31", "400000-01-01", "01/02/2024"])(
  "%s is refused",
  (text) => {
    expect(() => decodeDate(text)).toThrow(InvalidInputError);
  },
);

test.each([
  "2023-02-29",
  "2024-13-01",
  "2024-01-01T00:00",
  "2024-01-01T00:00Z",
  "20240101",
  "",
  "-005000-01-01",
])("%j is no date", (text) => {
  expect(() => dateToDays(text)).toThrow(InvalidInputError);
});

test("a date of another calendar is the same day", () => {
  const date = Temporal.PlainDate.from("2024-02-29");
  expect(encodeDate(date.withCalendar("hebrew"))).toBe("2024-02-29");
});
