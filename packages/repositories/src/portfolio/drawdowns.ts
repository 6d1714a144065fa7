// Drawdowns of a curve: how far equity lay below its running peak, and from when to when. Read from every snapshot, not from
// points of a coarser curve. The peak is the database's, over the whole curve and deposits included: a withdrawal shows as a
// drawdown, since a snapshot does not tell one from a loss.
import type { Decimal, Queryable } from "@app/database";
import { amount } from "../input/decimal-field.ts";
import { timeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { pageLimit } from "../input/number-field.ts";
import { exact } from "../amounts/exact-decimal.ts";
import { checkCurve, type CurveKey, curveStatement } from "./curve-key.ts";
import { curveWindows } from "./curve-windows.ts";
import { type CurvePoint, type CurveRange, curveRangeFields, readCurve } from "./equity-curve.ts";

/** From a peak down and back up to it. */
export interface DrawdownPeriod {
  /** The last snapshot at the peak; null where it lies before the range. */
  readonly peakAt: Temporal.Instant | null;
  readonly peakEquity: Decimal;
  /** The first snapshot at the deepest point. */
  readonly troughAt: Temporal.Instant;
  readonly troughEquity: Decimal;
  /** Peak less trough. */
  readonly depth: Decimal;
  /** Percent of the peak, at most 100; null where the peak is not positive. */
  readonly depthPercentage: Decimal | null;
  /** The first snapshot back at the peak or above; null where the range ends before. */
  readonly recoveredAt: Temporal.Instant | null;
  /** The last snapshot below the peak. */
  readonly lastAt: Temporal.Instant;
  /** Seconds from peak to recovery, or to the last snapshot where there is none; null where the peak lies before the range. */
  readonly durationSeconds: number | null;
  /** Seconds from trough to recovery; null where there is none. */
  readonly recoverySeconds: number | null;
}

/** What is asked of drawdowns. */
export interface DrawdownRange extends CurveRange {
  /** The deepest so many periods, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** Leaves out shallower periods, in percent of the peak, as decimal text. @defaultValue "0" */
  readonly minimumPercentage?: string | undefined;
}

const rangeOptions: FieldNames<DrawdownRange> = {
  ...curveRangeFields,
  limit: true,
  minimumPercentage: true,
};

/** The running drawdown and its periods. */
export interface DrawdownSeries {
  readonly points: readonly CurvePoint[];
  /** Oldest first. */
  readonly periods: readonly DrawdownPeriod[];
}

/** A stretch between two snapshots at the peak, as a window of the curve shows it. */
interface Stretch {
  readonly peakAt: Temporal.Instant | null;
  readonly peakEquity: Decimal;
  readonly troughAt: Temporal.Instant | null;
  readonly troughEquity: Decimal | null;
  readonly depth: Decimal;
  readonly depthPercentage: Decimal | null;
  readonly lastAt: Temporal.Instant;
  readonly recoveredAt: Temporal.Instant | null;
}

/** Drawdown at a resolution, and the deepest periods. */
export async function drawdownSeries(
  scope: Queryable,
  key: CurveKey,
  range: DrawdownRange,
): Promise<DrawdownSeries> {
  const curve = checkCurve(key);
  const stretch = timeRange(knownOptions("range", range, rangeOptions));
  const limit = pageLimit(range.limit);
  const minimum = amount("minimumPercentage", range.minimumPercentage ?? "0", "not-negative");
  const points = await readCurve(scope, key, range);
  let periods: DrawdownPeriod[] = [];
  let open: Stretch | undefined;
  const close = (one: Stretch | undefined): void => {
    const period = one === undefined ? undefined : toPeriod(one);
    if (period === undefined || isShallow(period, minimum)) return;
    periods.push(period);
    // Kept within twice the limit, however many there are.
    if (periods.length >= 2 * limit) periods = deepest(periods, limit);
  };
  for (const { from, to } of curveWindows(stretch)) {
    const values = { from, to, limit, depth: minimum };
    const { rows } = await scope.query<Stretch>(
      curveStatement("portfolio_snapshots.drawdowns", curve, values),
    );
    for (const row of rows) {
      if (open === undefined) {
        open = row;
      } else if (row.peakAt === null) {
        open = join(open, row);
      } else {
        close({ ...open, recoveredAt: open.recoveredAt ?? row.peakAt });
        open = row;
      }
    }
  }
  close(open);
  return { points, periods: deepest(periods, limit).toSorted(byTime) };
}

/** A stretch that goes on in the next window. */
function join(before: Stretch, after: Stretch): Stretch {
  const isDeeper = exact(after.depth).gt(before.depth);
  const { troughAt, troughEquity, depth, depthPercentage } = isDeeper ? after : before;
  const { lastAt, recoveredAt } = after;
  return { ...before, troughAt, troughEquity, depth, depthPercentage, lastAt, recoveredAt };
}

function toPeriod({ troughAt, troughEquity, ...stretch }: Stretch): DrawdownPeriod | undefined {
  if (troughAt === null || troughEquity === null) return undefined;
  const { peakAt, recoveredAt, lastAt } = stretch;
  return {
    ...stretch,
    troughAt,
    troughEquity,
    durationSeconds: peakAt === null ? null : secondsBetween(peakAt, recoveredAt ?? lastAt),
    recoverySeconds: recoveredAt === null ? null : secondsBetween(troughAt, recoveredAt),
  };
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return Number((to.epochNanoseconds - from.epochNanoseconds) / 1_000n) / 1_000_000;
}

function isShallow({ depthPercentage }: DrawdownPeriod, minimum: string): boolean {
  return depthPercentage !== null && exact(depthPercentage).lt(minimum);
}

function deepest(periods: readonly DrawdownPeriod[], limit: number): DrawdownPeriod[] {
  return periods.toSorted(byDepth).slice(0, limit);
}

/** Deepest first by percentage, those without one last; then by amount. */
function byDepth(one: DrawdownPeriod, other: DrawdownPeriod): number {
  if (one.depthPercentage !== null && other.depthPercentage !== null) {
    const order = exact(other.depthPercentage).cmp(one.depthPercentage);
    if (order !== 0) return order;
  } else if (one.depthPercentage !== other.depthPercentage) {
    return one.depthPercentage === null ? 1 : -1;
  }
  return exact(other.depth).cmp(one.depth);
}

function byTime(one: DrawdownPeriod, other: DrawdownPeriod): number {
  return Temporal.Instant.compare(one.troughAt, other.troughAt);
}
