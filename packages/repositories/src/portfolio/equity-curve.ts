// An equity curve at a resolution: the last snapshot of each bucket, and how far equity went within it, so that no drawdown
// hides between two points. Buckets without a snapshot are left out; nothing is made up between snapshots.
import type { Decimal, Queryable } from "@app/database";
import { rangeFields, type TimeRange, timeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { refusalBecause } from "../input/refuse.ts";
import { checkCurve, type CurveKey, curveStatement } from "./curve-key.ts";
import { countBuckets, curveWindows } from "./curve-windows.ts";
import { type Resolution, resolutionMilliseconds } from "./resolution.ts";

/** Which stretch of a curve, and how finely it is asked for. */
export interface CurveRange extends TimeRange {
  /** Length of a bucket; see {@link Resolution}. */
  readonly resolution: Resolution;
}

/** The names of what a range of a curve has. */
export const curveRangeFields: FieldNames<CurveRange> = { ...rangeFields, resolution: true };

/** One bucket of a curve. Amounts are in the curve's currency. */
export interface CurvePoint {
  /** Beginning of the bucket, counted in UTC from Monday, 2001-01-01. */
  readonly bucketStart: Temporal.Instant;
  /** When its last snapshot was taken; the figures up to `drawdownPercentage` are that snapshot's. */
  readonly takenAt: Temporal.Instant;
  readonly snapshotId: string;
  readonly equity: Decimal;
  readonly cash: Decimal;
  /** Highest equity of the whole curve up to here, deposits included. */
  readonly peakEquity: Decimal;
  readonly drawdown: Decimal;
  /** Percent of the peak, 0 to 100; null while the peak is not positive. */
  readonly drawdownPercentage: Decimal | null;
  /** Of every snapshot in the bucket. */
  readonly lowestEquity: Decimal;
  readonly highestEquity: Decimal;
  readonly deepestDrawdown: Decimal;
  readonly deepestDrawdownPercentage: Decimal | null;
  readonly snapshotCount: number;
}

/** Most points of one answer. */
const MOST_POINTS = 100_000;

/** Points of a curve, oldest first. @throws {InvalidInputError} naming the field; `resolution` for more than 100,000 buckets */
export async function equityCurve(
  scope: Queryable,
  key: CurveKey,
  range: CurveRange,
): Promise<readonly CurvePoint[]> {
  return readCurve(scope, key, knownOptions("range", range, curveRangeFields));
}

/** As {@link equityCurve}, of a range that may have more than that. */
export async function readCurve(
  scope: Queryable,
  key: CurveKey,
  range: CurveRange,
): Promise<readonly CurvePoint[]> {
  const curve = checkCurve(key);
  const stretch = timeRange(range);
  const bucket = resolutionMilliseconds(range.resolution);
  const buckets = countBuckets(stretch, bucket);
  if (buckets > MOST_POINTS) {
    throw refusalBecause("resolution", `the range has ${buckets} buckets, more than ${MOST_POINTS}.`);
  }
  const points: CurvePoint[] = [];
  for (const { from, to } of curveWindows(stretch, bucket)) {
    const values = { from, to, bucket: `${bucket} milliseconds` };
    const { rows } = await scope.query<CurvePoint>(
      curveStatement("portfolio_snapshots.equity_curve", curve, values),
    );
    for (const row of rows) points.push(row);
  }
  return points;
}
