// Days of a range and bounds of ids: what makes a question about a day find all of it and nothing else.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { daysOf, idBound } from "./selection.ts";

const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

describe("the days of a range", () => {
  it("are cut where it begins and ends, and are whole in between", () => {
    const days = [
      ...daysOf({ from: instant("2026-02-27T12:00Z"), to: instant("2026-03-02T00:00:00.000001Z") }),
    ];
    expect(days.map(({ date, isWhole }) => [date.toString(), isWhole])).toEqual([
      ["2026-02-27", false],
      ["2026-02-28", true],
      ["2026-03-01", true],
      ["2026-03-02", false],
    ]);
    days.slice(1).forEach(({ from }, index) => expect(from).toEqual(days[index]?.to));
    expect(days[0]?.from).toEqual(instant("2026-02-27T12:00Z"));
    expect(days.at(-1)?.to).toEqual(instant("2026-03-02T00:00:00.000001Z"));
  });

  it("of an empty range are none", () => {
    const now = instant("2026-02-27T12:00Z");
    expect([...daysOf({ from: now, to: now })]).toEqual([]);
  });
});

describe("the bound of ids", () => {
  it("lies below every id of its millisecond and above every earlier one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_102_444_800_000 }), (milliseconds) => {
        const at = Temporal.Instant.fromEpochMilliseconds(milliseconds);
        expect(idBound(at) < createId(at)).toBe(true);
        expect(createId(at.subtract({ milliseconds: 1 })) < idBound(at)).toBe(true);
      }),
    );
  });
});
