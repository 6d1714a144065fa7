// Cursors, and windows that widen: every row once, newest first, however the rows lie in time.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor, NEWEST, type Place } from "./cursor.ts";
import { decodeKeyCursor } from "./key-cursor.ts";
import { sealCursor } from "./sealed-cursor.ts";
import { readNewestFirst } from "./widening-window.ts";

const now = Temporal.Instant.from("2026-01-31T09:30:00.123456789Z");
const idOf = (serial: number): string => `00000000-0000-7000-8000-${String(serial).padStart(12, "0")}`;

/** Rows at these ages in hours, newest first; some of one moment. */
function rowsAt(ages: readonly number[]): Place[] {
  return ages
    .map((hours, serial) => ({ time: now.subtract({ hours }).round("microsecond"), id: idOf(serial) }))
    .toSorted((one, other) => Temporal.Instant.compare(other.time, one.time) || (one.id < other.id ? 1 : -1));
}

const isBefore = (one: Place, other: Place): boolean => {
  const order = Temporal.Instant.compare(one.time, other.time);
  return order < 0 || (order === 0 && one.id < other.id);
};

describe("a list read through windows that widen", () => {
  it("is the list, page by page", async () => {
    const ages = fc.array(
      fc.oneof(fc.integer({ min: -100, max: 800 }), fc.integer({ min: 0, max: 100_000 }), fc.constant(720)),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(ages, fc.integer({ min: 1, max: 9 }), async (hours, limit) => {
        const rows = rowsAt(hours);
        const found: Place[] = [];
        let before = NEWEST;
        for (;;) {
          const page = await readNewestFirst(
            async (from, position, count) =>
              rows
                .filter((row) => Temporal.Instant.compare(row.time, from) >= 0 && isBefore(row, position))
                .slice(0, count),
            { before, limit, now },
          );
          found.push(...page);
          const last = page.at(-1);
          if (page.length < limit || last === undefined) break;
          before = last;
        }
        expect(found).toEqual(rows);
      }),
    );
  });

  it("asks for no window that a page does not need, and for none before `from`", async () => {
    const asked: string[] = [];
    const read = async (start: Temporal.Instant) => {
      asked.push(start.toString());
      return [1, 2, 3];
    };
    await readNewestFirst(read, { before: NEWEST, limit: 3, now });
    expect(asked).toEqual(["2026-01-29T09:30:00.123456Z"]);
    const from = Temporal.Instant.from("2026-01-20T00:00Z");
    await readNewestFirst(read, { before: NEWEST, from, limit: 1_000, now });
    expect(asked.slice(1)).toEqual([
      "2026-01-29T09:30:00.123456Z",
      "2026-01-23T09:30:00.123456Z",
      "2026-01-20T00:00:00Z",
    ]);
  });
});

describe("a cursor", () => {
  it("leads back to its place in its own list, and to none in another", () => {
    const position = { time: Temporal.Instant.from("1969-12-31T23:59:59.999999Z"), id: idOf(7) };
    const list = { name: "orders.list", of: { account: "main" } };
    const cursor = encodeCursor(list, position);
    expect(cursor).toMatch(/^[\w-]{40}$/u);
    const decoded = decodeCursor(list, cursor);
    expect([decoded.time.toString(), decoded.id]).toEqual([position.time.toString(), position.id]);
    expect(decodeCursor({ name: "orders.list", of: { account: "main" } }, cursor)).toEqual(decoded);
    for (const other of [
      { ...list, name: "orders.list_known_at" },
      { ...list, of: { account: "other" } },
      { ...list, of: { strategyId: "main" } },
    ]) {
      expect(() => decodeCursor(other, cursor)).toThrow(/^cursor: /u);
    }
    for (const text of ["", "x", null, 1, {}, `${cursor}A`, cursor.slice(0, -3), ` ${cursor}`]) {
      expect(() => decodeCursor(list, text)).toThrow(/^cursor: /u);
      expect(() => decodeKeyCursor(list, text, ["name"])).toThrow(/^cursor: /u);
    }
    // Of the list, and no place in it: what only whoever makes cursors up can bring.
    const forged = sealCursor(list, Buffer.from(`7fffffffffffffff${"0".repeat(32)}`, "hex"));
    expect(() => decodeCursor(list, forged)).toThrow(/^cursor: /u);
    expect(() => decodeKeyCursor(list, cursor, ["name"])).toThrow(/^cursor: /u);
    expect(decodeCursor(list, undefined)).toBe(NEWEST);
  });
});
