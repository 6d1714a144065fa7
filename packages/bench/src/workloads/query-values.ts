// Values of a catalogued query's parameters, drawn from what is in the database: the type, and what most queries have alike.
import type { QueryParameter } from "@app/schema/queries";
import type { BenchFacts } from "./bench-facts.ts";
import type { Draw } from "./draw.ts";

/** Values by parameter; a query takes those it has. */
export type QueryValues = Readonly<Partial<Record<QueryParameter, unknown>>>;

/** Draws values for one call. @throws {RangeError} where the database has nothing to draw from */
export type DrawValues = (facts: BenchFacts, draw: Draw) => QueryValues;

/** Rows of a page, as a screen or a report asks for them. */
export const PAGE = 100;

/** A time that no row reaches, and an id that none of its rows reaches: a page from the newest on. */
export const NEWEST = {
  cursorTime: "9999-12-31T00:00:00Z",
  cursorId: "ffffffff-ffff-ffff-ffff-ffffffffffff",
} as const;

/** What stands in every call that takes it, unless it is drawn. */
export const USUAL: QueryValues = {
  ...NEWEST,
  limit: PAGE,
  includeBusted: false,
  side: null,
  pnlSign: null,
  minimumLevel: null,
  onlyAccount: null,
  onlyComponent: null,
  onlyCorrelationId: null,
  onlyStrategyId: null,
};

/** A stretch that ends right behind a moment, as a window of a page does. */
export function windowBefore(moment: Temporal.Instant, hours: number): QueryValues {
  const end = moment.add({ milliseconds: 1 });
  return { from: moment.subtract({ hours }), cursorTime: end, cursorId: NEWEST.cursorId, to: end };
}

/** Before every row there can be, as the repositories have it. */
export const BEGINNING = "1600-01-01T00:00:00Z";

export const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Days of the windows that the repositories read one after the other, from the present backwards. */
const WINDOW_DAYS = [2, 8, 30, 120, 500, 2_000] as const;

interface BackWindow extends QueryValues {
  readonly from: Temporal.Instant;
}

/** The newest of some moments, which is the present of seeded data: the same in every run. */
export function presentOf(moments: readonly Temporal.Instant[]): Temporal.Instant {
  return moments.reduce(
    (newest, moment) => (Temporal.Instant.compare(moment, newest) > 0 ? moment : newest),
    Temporal.Instant.from(BEGINNING),
  );
}

/** The windows of a list or a look-up that does not find enough before it has read them all. */
export function windowsBack(present: Temporal.Instant): readonly [BackWindow, ...BackWindow[]] {
  const start = (days: number): Temporal.Instant => present.subtract({ hours: days * 24 });
  const [shortest, ...longer] = WINDOW_DAYS;
  const windows: [BackWindow, ...BackWindow[]] = [
    { ...NEWEST, from: start(shortest), to: NEWEST.cursorTime },
  ];
  for (const [place, days] of longer.entries()) {
    const end = start(WINDOW_DAYS[place] ?? shortest);
    windows.push({ from: start(days), cursorTime: end, cursorId: LOWEST_ID, to: end });
  }
  return windows;
}

/** The window in which a look-up by a name finds a row of this moment: longer, the older it is. */
export function lookUpWindow(moment: Temporal.Instant, present: Temporal.Instant): QueryValues {
  const windows = windowsBack(present);
  return windows.find(({ from }) => Temporal.Instant.compare(from, moment) <= 0) ?? windows[0];
}

/** The UTC day of a moment, as a stretch of time, as dates, and as the ids between which its rows lie. */
export function dayOf(moment: Temporal.Instant): QueryValues {
  const day = moment.toZonedDateTimeISO("UTC").toPlainDate();
  const from = day.toZonedDateTime("UTC").toInstant();
  const to = from.add({ hours: 24 });
  return {
    from,
    to,
    fromDay: day.toString(),
    toDay: day.toString(),
    cursorId: idAt(from),
    toId: idAt(to),
    cursorTime: from,
  };
}

/** The first UUIDv7 of a millisecond. */
export function idAt(moment: Temporal.Instant): string {
  const digits = moment.epochMilliseconds.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
}
