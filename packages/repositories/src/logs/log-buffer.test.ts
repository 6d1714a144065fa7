import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLogRecordCleaner } from "./cleaned-log-record.ts";
import { LogBuffer, weighLogRow } from "./log-buffer.ts";
import type { LogRow } from "./log-record.ts";

const clean = createLogRecordCleaner();
const row = (message: string): LogRow => clean({ level: "info", component: "buffer", message });

describe("the buffer", () => {
  it("gives records in the order they came, knows its weight, and counts turns, whatever is taken when", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ take: fc.integer({ min: 0, max: 3_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const buffer = new LogBuffer();
        const model: LogRow[] = [];
        let gone = 0;
        for (const one of steps) {
          if ("push" in one) {
            for (let n = 0; n < one.push; n += 1) {
              const next = row("x".repeat(n % 5));
              buffer.push(next);
              model.push(next);
            }
          } else {
            const wanted = model.splice(0, one.take);
            gone += wanted.length;
            expect(buffer.take(one.take)).toEqual(wanted);
          }
          expect(buffer.records).toBe(model.length);
          expect(buffer.bytes).toBe(model.reduce((sum, some) => sum + weighLogRow(some), 0));
          expect([buffer.headTurn, buffer.nextTurn]).toEqual([gone, gone + model.length]);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("a cleaner", () => {
  it("gives ids that grow within a millisecond and hold their time", () => {
    const loggedAt = Temporal.Instant.from("2026-01-01T00:00:00.123456Z");
    const ids = Array.from(
      { length: 10_000 },
      () => clean({ level: "info", component: "c", message: "m", loggedAt }).id,
    );
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(10_000);
    expect(
      ids.every((id) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) === loggedAt.epochMilliseconds),
    ).toBe(true);
  });

  it("takes times finer than a microsecond, and the present instead of one that no id holds", () => {
    const at = (loggedAt: unknown): LogRow =>
      clean({ level: "info", component: "c", message: "m", loggedAt: loggedAt as string });
    expect(at("2026-01-01T00:00:00.123456789Z").loggedAt.toString()).toBe("2026-01-01T00:00:00.123456Z");
    for (const odd of [
      "1969-12-31T23:59:59Z",
      "+020000-01-01T00:00:00Z",
      "yesterday",
      new Date(Number.NaN),
      5,
      {},
    ]) {
      const { loggedAt, context } = at(odd);
      expect(Math.abs(loggedAt.until(Temporal.Now.instant()).total("seconds"))).toBeLessThan(60);
      expect(JSON.parse(context ?? "{}")).toHaveProperty("loggedAt");
    }
  });
});
