// When a bar may open, in microseconds: on the grid of its timeframe, no closer to the bar before than two bars can lie, and at a
// time that can be. The limits are those by which import:bars refuses a row. Asked of every bar of a batch, so numbers only.
import type { Timeframe } from "@app/schema/vocabulary";
import { refusalBecause } from "../input/refuse.ts";
import { toInstant } from "./bar-time.ts";
import { DAY_MICROSECONDS, leastSpacing, openingGrid, timeframeMicroseconds } from "./timeframe.ts";

/** 1900-01-01T00:00:00Z: what is called a bar and lies before it is a placeholder (1899-12-30 is day 0 of a sheet). */
const EARLIEST_OPENING = -2_208_988_800_000_000;

/** Between which times the bars of a series open, and how. */
export interface OpeningLimits {
  readonly timeframe: Timeframe;
  readonly earliest: number;
  /** A venue's clock may be a day ahead of ours; a bar beyond it would be the latest for years. */
  readonly latest: number;
  readonly grid: number;
  readonly spacing: number;
}

/** @returns the limits as of now */
export function openingLimits(timeframe: Timeframe): OpeningLimits {
  return {
    timeframe,
    earliest: EARLIEST_OPENING,
    latest: Date.now() * 1_000 + DAY_MICROSECONDS,
    grid: openingGrid(timeframe),
    spacing: leastSpacing(timeframe),
  };
}

/** @returns whether a bar may open at `time` where the bar before it opens at `before`. Exact: both fit into a double. */
export function isOpening(
  { earliest, latest, grid, spacing }: OpeningLimits,
  time: number,
  before: number,
): boolean {
  // Written so that NaN fails; a multiplication is exact here and takes a fraction of what % takes.
  return (
    time >= earliest && time <= latest && Math.floor(time / grid) * grid === time && time - before >= spacing
  );
}

/** @returns the error for a time that {@link isOpening} refuses */
export function openingRefusal(
  field: string,
  { timeframe, earliest, latest, grid }: OpeningLimits,
  time: number,
) {
  if (!Number.isInteger(time)) return refusalBecause(field, `${time} is no whole number of microseconds.`);
  if (time < earliest || time > latest) {
    const place = time > latest ? "more than 24 hours in the future" : "before 1900";
    return refusalBecause(field, `${shownTime(time)} lies ${place}; times are in microseconds since 1970.`);
  }
  if (Math.floor(time / grid) * grid !== time) {
    const minutes = grid / timeframeMicroseconds("1m");
    return refusalBecause(
      field,
      `${shownTime(time)} opens no ${timeframe} bar, which opens on a multiple of ${minutes} min.`,
    );
  }
  return refusalBecause(
    field,
    `${shownTime(time)} is less than one ${timeframe} bar after the bar before it.`,
  );
}

/** Microseconds as text; what no calendar has as they are. */
function shownTime(time: number): string {
  return Math.abs(time) > Number.MAX_SAFE_INTEGER ? `${time}` : toInstant(time).toString();
}
