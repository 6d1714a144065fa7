import { schema } from "@app/schema";
import { describe, expect, it } from "vitest";
import { columnsOfTable, findDifference } from "./answer-columns.ts";

const columns = columnsOfTable(schema.trades).filter(({ name }) =>
  ["id", "executedAt", "quantity", "correction", "retainUntil", "rawPayload"].includes(name),
);
const volume = [{ name: "volume", databaseName: "volume", kind: "sum" }] as const;

const ours = {
  id: "019caf2c-0d40-7000-8000-000000000001",
  executedAt: Temporal.Instant.from("2026-03-02T14:30:00.123Z"),
  quantity: "1.50",
  correction: 0,
  retainUntil: Temporal.PlainDate.from("2040-01-31"),
  rawPayload: { a: [1, null] },
};
const theirs = {
  id: ours.id,
  executed_at: new Date("2026-03-02T14:30:00.123Z"),
  quantity: "1.50",
  correction: 0,
  // As pg makes it: midnight in the zone of this process.
  retain_until: new Date(2040, 0, 31),
  raw_payload: { a: [1, null] },
};

describe("two answers", () => {
  it("are the same whatever a library calls its columns, and in whatever type it says a moment or a day", () => {
    expect(columns).toHaveLength(6);
    expect(findDifference(columns, [ours], [theirs])).toBeUndefined();
    expect(findDifference(columns, [theirs], [{ ...ours, retainUntil: "2040-01-31" }])).toBeUndefined();
  });

  it("differ by a row, a value, a digit, a null, or a column that is not there", () => {
    const difference = (change: object): string | undefined =>
      findDifference(columns, [ours], [{ ...ours, ...change }]);
    expect(findDifference(columns, [ours], [ours, ours])).toBe("2 rows instead of 1");
    expect(difference({ quantity: "1.5" })).toBe("row 1: quantity is 1.5 instead of 1.50");
    expect(difference({ correction: 1 })).toMatch(/correction is 1 instead of 0/u);
    expect(difference({ executedAt: ours.executedAt.add({ milliseconds: 1 }) })).toMatch(
      /executedAt is .*124Z/u,
    );
    expect(difference({ retainUntil: "2040-02-01" })).toMatch(/retainUntil is 2040-02-01/u);
    expect(difference({ rawPayload: { a: [1] } })).toMatch(/rawPayload is/u);
    expect(difference({ id: null })).toMatch(/id is null instead of/u);
    expect(findDifference(columns, [ours], [{ id: ours.id }])).toMatch(/executedAt is undefined/u);
  });

  it("differ where a value comes in a type that is none of its kind", () => {
    expect(findDifference(columns, [ours], [{ ...ours, quantity: 1.5 }])).toMatch(
      /quantity is 1\.5 \(number\)/u,
    );
    expect(findDifference(columns, [ours], [{ ...ours, executedAt: "2026-03-02" }])).toMatch(/\(string\)/u);
    // Not even beside the same one.
    expect(findDifference(columns, [{ ...ours, quantity: 1.5 }], [{ ...ours, quantity: 1.5 }])).toMatch(
      /quantity/u,
    );
  });

  it("may differ in a sum of floats by the order of adding, and by no more", () => {
    expect(
      findDifference(volume, [{ volume: 0.1 + 0.2 + 0.3 }], [{ volume: 0.3 + 0.2 + 0.1 }]),
    ).toBeUndefined();
    expect(findDifference(volume, [{ volume: 1_000_000 }], [{ volume: 1_000_001 }])).toMatch(/volume/u);
  });
});
