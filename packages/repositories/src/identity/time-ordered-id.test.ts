// Ids that hold their row's time: made, read, checked, derived.
import { InvalidInputError } from "@app/database";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createId, derivedId, idOfRow, timeOfId, timeOrderedId } from "./time-ordered-id.ts";

const moments = fc
  .bigInt({ min: 0n, max: 253_402_300_799_000_000n })
  .map((microseconds) => Temporal.Instant.fromEpochNanoseconds(microseconds * 1_000n));

describe("an id", () => {
  it("holds its row's millisecond, and belongs to no other", () => {
    fc.assert(
      fc.property(moments, (at) => {
        const id = createId(at);
        expect(timeOfId(id).epochMilliseconds).toBe(at.epochMilliseconds);
        expect(idOfRow("id", id.toUpperCase(), at, "createdAt")).toBe(id);
        expect(() => idOfRow("id", id, at.add({ milliseconds: 1 }), "createdAt")).toThrow(
          /^id: .*createdAt/u,
        );
      }),
    );
  });

  it("is another one each time, unless it is derived from the same key", () => {
    const at = Temporal.Instant.from("2026-01-31T09:30:00Z");
    expect(new Set(Array.from({ length: 1_000 }, () => createId(at))).size).toBe(1_000);
    const id = derivedId(at, ["fill", "XTEST", 1]);
    expect(derivedId(at, ["fill", "XTEST", 1])).toBe(id);
    expect(timeOrderedId("id", id)).toBe(id);
    const others = [
      derivedId(at, ["fill", "XTEST", 2]),
      derivedId(at, ["fill", "XTEST1"]),
      derivedId(at.add({ seconds: 1 }), ["fill", "XTEST", 1]),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it.each([
    ["of version 4", "5f0b9d6e-3c1a-4e7e-9d2f-0a1b2c3d4e5f"],
    ["of version 1", "c232ab00-9414-11ec-b3c8-9f6bdeced846"],
    ["without hyphens", "01890a5dac96774bbcceb302099a8057"],
    ["with a blank", " 01890a5d-ac96-774b-bcce-b302099a8057"],
    ["of another variant", "01890a5d-ac96-774b-0cce-b302099a8057"],
    ["that is SQL", "' or true --"],
    ["that is a number", 1],
    ["that is missing", undefined],
  ])("%s is refused by name", (_, value) => {
    expect(() => timeOrderedId("orderId", value)).toThrow(InvalidInputError);
    expect(() => timeOrderedId("orderId", value)).toThrow(/^orderId: /u);
  });

  it("cannot be made for a time before 1970", () => {
    expect(() => createId("1969-12-31T23:59:59Z")).toThrow(InvalidInputError);
  });
});
