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
