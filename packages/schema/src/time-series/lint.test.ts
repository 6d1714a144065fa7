// What no server could carry out is refused by name, and what the schema declares is not.
import { getTableName } from "drizzle-orm";
import { bigint, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import * as schema from "../tables/index.ts";
import { trades } from "../tables/trades.ts";
import type { ContinuousAggregateDeclaration } from "./continuous-aggregate.ts";
import { timeSeries } from "./declarations.ts";
import { approximateMicroseconds, compareDurations, type Duration, durationParts } from "./duration.ts";
import { hypertable, type HypertableDeclaration } from "./hypertable.ts";
import { lintTimeSeries } from "./lint.ts";

const ticks = pgTable(
  "ticks",
  {
    id: bigint("id", { mode: "bigint" }).notNull(),
    at: timestamp("at", { withTimezone: true }).notNull(),
    symbol: text("symbol").notNull(),
  },
  (table) => [primaryKey({ name: "ticks_pkey", columns: [table.id, table.at] })],
);
const byId = pgTable("by_id", {
  id: bigint("id", { mode: "bigint" }).primaryKey(),
  at: timestamp("at", { withTimezone: true }).notNull(),
});
const referring = pgTable("referring", {
  at: timestamp("at", { withTimezone: true }).notNull(),
  other: bigint("other", { mode: "bigint" }).references(() => byId.id),
});
const secured = pgTable("secured", { at: timestamp("at", { withTimezone: true }).notNull() }).enableRLS();

const sound: HypertableDeclaration = {
  table: "ticks",
  timeColumn: "at",
  chunkInterval: "1 day",
  lateDataWindow: "1 day",
  columnstore: { segmentBy: ["symbol"], orderBy: [{ column: "at", direction: "asc" }], after: "7 days" },
  retention: { dropAfter: "1 year" },
};

const rollUp: ContinuousAggregateDeclaration = {
  name: "ticks_1h",
  table: "ticks",
  timeColumn: "at",
  bucket: "1 hour",
  groupBy: ["symbol"],
  columns: [{ name: "ticks", fromRows: "count(*)", fromFiner: "sum(ticks)" }],
  view: "hourly_ticks",
  viewColumns: [{ name: "ticks", expression: "ticks" }],
  refresh: { startOffset: "3 days", endOffset: "1 hour", scheduleInterval: "1 hour" },
};

function messages(
  hypertables: readonly HypertableDeclaration[],
  continuousAggregates: readonly ContinuousAggregateDeclaration[] = [],
): string {
  return lintTimeSeries({ hypertables, continuousAggregates }, [ticks, byId, referring, secured])
    .map(({ name, message }) => `${name}: ${message}`)
    .join("\n");
}

describe("the schema's own declaration", () => {
  it("has nothing that cannot work", () => {
    expect(lintTimeSeries(timeSeries, Object.values(schema))).toEqual([]);
  });

  it("keeps every table of record for seven years and no less, and honours holds", () => {
    const records = ["orders", "order_events", "trades", "audit_log", "portfolio_snapshots"];
    const found = timeSeries.hypertables.filter(({ table }) => records.includes(table));
    expect(found.map(({ table }) => table).toSorted()).toEqual(records.toSorted());
    for (const { retention } of found) {
      expect(retention?.holdColumn).toBe("retain_until");
      expect(compareDurations(retention?.dropAfter ?? "1 day", "7 years")).toBeGreaterThanOrEqual(0);
    }
  });

  it("names columns of the database, not of the code", () => {
    expect(
      hypertable(trades, { time: "executedAt", chunkInterval: "1 day", lateDataWindow: "1 day" }),
    ).toEqual({
      table: getTableName(trades),
      timeColumn: "executed_at",
      chunkInterval: "1 day",
      lateDataWindow: "1 day",
    });
  });

  it("does not compile with a column the table does not have", () => {
    const chunks = { chunkInterval: "1 day", lateDataWindow: "1 day" } as const;
    // @ts-expect-error -- a trade has no such column: this is what is tested
    const declare = (): unknown => hypertable(trades, { time: "executedOn", ...chunks });
    expect(declare).toThrow("trades has no column executedOn");
  });
});

describe("a declaration", () => {
  it("that can work has no problem", () => {
    expect(messages([sound], [rollUp])).toBe("");
  });

  const broken: readonly (readonly [
    string,
    readonly HypertableDeclaration[],
    readonly ContinuousAggregateDeclaration[],
    RegExp,
  ])[] = [
    ["of a table that is not there", [{ ...sound, table: "tocks" }], [], /^tocks: there is no such table$/],
    ["made twice", [sound, sound], [], /^ticks: is declared twice$/],
    [
      "with a unique key without the time",
      [
        {
          ...sound,
          table: "by_id",
          columnstore: { segmentBy: [], orderBy: [{ column: "at", direction: "asc" }], after: "7 days" },
        },
      ],
      [],
      /^by_id: the primary key is unique without the time column at/,
    ],
    [
      "with foreign keys and chunks joined",
      [
        {
          ...sound,
          table: "referring",
          columnstore: {
            segmentBy: [],
            orderBy: [{ column: "at", direction: "asc" }],
            sparseIndexes: [{ kind: "minmax", column: "other" }],
            after: "7 days",
            rollUpChunksTo: "7 days",
          },
        },
      ],
      [],
      /^referring: has foreign keys, so each chunk that is joined/,
    ],
    [
      "with row security and columnstore",
      [{ ...sound, table: "secured" }],
      [],
      /^secured: has row security, which columnstore refuses/,
    ],
    ["with chunks of a month", [{ ...sound, chunkInterval: "1 month" }], [], /fixed length/],
    [
      "compressed inside of the late-data window",
      [{ ...sound, lateDataWindow: "7 days" }],
      [],
      /rows may come 7 days late but chunks are compressed after 7 days/,
    ],
    [
      "dropped before it is compressed",
      [{ ...sound, retention: { dropAfter: "5 days" } }],
      [],
      /dropped after 5 days, before they would be compressed/,
    ],
    [
      "dropped while rows may still come",
      [
        {
          table: "ticks",
          timeColumn: "at",
          chunkInterval: "1 day",
          lateDataWindow: "7 days",
          retention: { dropAfter: "7 days" },
        },
      ],
      [],
      /dropped after 7 days/,
    ],
    [
      "segmented by its time",
      [
        {
          ...sound,
          columnstore: { segmentBy: ["at"], orderBy: [{ column: "id", direction: "asc" }], after: "7 days" },
        },
      ],
      [],
      /each row would be a segment/,
    ],
    [
      "segmented and ordered by one column",
      [
        {
          ...sound,
          columnstore: {
            segmentBy: ["symbol"],
            orderBy: [{ column: "symbol", direction: "asc" }],
            after: "7 days",
          },
        },
      ],
      [],
      /symbol cannot both segment and order/,
    ],
    [
      "with chunks joined whose sparse indexes the server chooses",
      [
        {
          ...sound,
          columnstore: {
            segmentBy: ["symbol"],
            orderBy: [{ column: "at", direction: "asc" }],
            after: "7 days",
            rollUpChunksTo: "2 days",
          },
        },
      ],
      [],
      /chunks cannot be joined while the server chooses their sparse indexes.*: name at least one/,
    ],
    [
      "with chunks joined that are not ordered by time",
      [
        {
          ...sound,
          columnstore: {
            segmentBy: ["symbol"],
            orderBy: [{ column: "at", direction: "desc" }],
            after: "7 days",
            rollUpChunksTo: "2 days",
          },
        },
      ],
      [],
      /chunks cannot be joined while they are ordered by anything but at, ascending, first/,
    ],
    [
      "with chunks joined to no multiple",
      [
        {
          ...sound,
          columnstore: {
            segmentBy: [],
            orderBy: [{ column: "at", direction: "asc" }],
            after: "7 days",
            rollUpChunksTo: "36 hours",
          },
        },
      ],
      [],
      /no multiple/,
    ],
    [
      "of a roll-up with sparse indexes",
      [sound],
      [
        {
          ...rollUp,
          columnstore: {
            segmentBy: [],
            orderBy: [{ column: "bucket", direction: "asc" }],
            sparseIndexes: [{ kind: "bloom", column: "symbol" }],
            after: "30 days",
          },
        },
      ],
      /takes no sparse indexes: leave them out/,
    ],
    ["of a roll-up of nothing declared", [], [rollUp], /reads ticks, which is no declared hypertable/],
    [
      "of a roll-up refreshed where its source is dropped",
      [
        {
          ...sound,
          retention: { dropAfter: "3 days" },
          columnstore: { segmentBy: [], orderBy: [{ column: "at", direction: "asc" }], after: "2 days" },
        },
      ],
      [rollUp],
      /refreshed as far back as 3 days, where its source may be dropped already \(3 days\)/,
    ],
    [
      "of a roll-up refreshed where itself is dropped",
      [sound],
      [{ ...rollUp, retention: { dropAfter: "2 days" } }],
      /refreshed as far back as 3 days but dropped after 2 days/,
    ],
    [
      "of a roll-up compressed inside of its window",
      [sound],
      [
        {
          ...rollUp,
          columnstore: {
            segmentBy: ["symbol"],
            orderBy: [{ column: "bucket", direction: "asc" }],
            after: "3 days",
          },
        },
      ],
      /compressed after 3 days, inside the window that is refreshed \(3 days\)/,
    ],
    [
      "of a roll-up that misses late rows",
      [{ ...sound, lateDataWindow: "5 days" }],
      [rollUp],
      /refreshed 3 days back, but rows of ticks may come 5 days late/,
    ],
    [
      "of a roll-up with a window of less than two buckets",
      [sound],
      [{ ...rollUp, refresh: { startOffset: "2 hours", endOffset: "1 hour", scheduleInterval: "1 hour" } }],
      /holds less than two buckets/,
    ],
    [
      "of a roll-up made from one declared later",
      [sound],
      [
        { ...rollUp, finer: "ticks_5m" },
        { ...rollUp, name: "ticks_5m", bucket: "5 minutes" },
      ],
      /made from ticks_5m, which is not declared before it/,
    ],
    [
      "of a roll-up whose bucket is no multiple",
      [sound],
      [
        { ...rollUp, name: "ticks_40m", bucket: "40 minutes" },
        { ...rollUp, finer: "ticks_40m" },
      ],
      /its bucket of 1 hour is no multiple of the 40 minutes/,
    ],
  ];

  it.each(broken)("%s is refused with its reason", (_, hypertables, aggregates, message) => {
    expect(messages(hypertables, aggregates)).toMatch(message);
  });
});

describe("a duration", () => {
  it("is told apart by its parts and ordered by its length", () => {
    expect(durationParts("7 years")).toEqual({ months: 84, microseconds: 0 });
    expect(durationParts("1 hour")).toEqual(durationParts("60 minutes"));
    expect(approximateMicroseconds("1 week")).toBe(604_800_000_000);
    expect(compareDurations("1 month", "29 days")).toBeGreaterThan(0);
  });

  it.each(["0 days", "-1 day", "1.5 days", "1 fortnight", "day", "1 day; drop table trades"])(
    "%j is none",
    (written) => {
      // A declaration's type keeps most of these out; what reads one from elsewhere is checked.
      expect(() => durationParts(written as Duration)).toThrow(RangeError);
    },
  );
});
