// A strategy's equity curve as the capital of its returns: the last portfolio snapshot of each UTC day, carried over days without
// one; and what the snapshots say of exposure.
// Invariant: equity before the first period is the last one known before the range, else the first of the range, where the
// periods then begin.
import type { Decimal, Queryable } from "@app/database";
import { curveWindows } from "../portfolio/curve-windows.ts";
import { equityCurve } from "../portfolio/equity-curve.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type CheckedOptions, dayOf, startOf } from "./performance-options.ts";

/** Equity at the ends of periods, the one before the first in front; and exposure. */
export interface CurveFigures {
  readonly days: readonly Temporal.PlainDate[];
  readonly equities: readonly Decimal[];
  /** Share of snapshots with an open position; null without snapshots. */
  readonly timeInMarket: number | null;
  /** Mean gross exposure over equity, of snapshots with equity above zero. */
  readonly averageLeverage: number | null;
}

/** Days before the range in which a snapshot still counts as the equity it began with. */
const DAYS_BEFORE = 31;

/** @param lastDays the last day of each period, counted from the first day of the range */
export async function readCurve(
  scope: Queryable,
  strategyId: string,
  account: string,
  { firstDay, from, to, currency }: CheckedOptions,
  lastDays: readonly number[],
): Promise<CurveFigures> {
  const curve = { account, strategyId, currency };
  const points = await equityCurve(scope, curve, {
    from: startOf(firstDay.subtract({ days: DAYS_BEFORE })),
    to,
    resolution: "1 day",
  });
  const ends = [-1, ...lastDays].map((day) => firstDay.add({ days: day }));
  const days: Temporal.PlainDate[] = [];
  const equities: Decimal[] = [];
  let next = 0;
  let current: Decimal | undefined;
  for (const end of ends) {
    for (let point = points[next]; point !== undefined; point = points[next]) {
      if (Temporal.PlainDate.compare(dayOf(point.bucketStart), end) > 0) break;
      current = point.equity;
      next += 1;
    }
    if (current === undefined) continue;
    days.push(end);
    equities.push(current);
  }
  return { days, equities, ...(await readExposure(scope, curve, { from, to })) };
}

interface ExposureRow {
  readonly snapshots: number;
  readonly withPosition: number;
  readonly withEquity: number;
  readonly leverages: number;
}

async function readExposure(
  scope: Queryable,
  curve: { readonly account: string; readonly strategyId: string; readonly currency: string },
  range: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
): Promise<Pick<CurveFigures, "timeInMarket" | "averageLeverage">> {
  let snapshots = 0;
  let withPosition = 0;
  let withEquity = 0;
  let leverages = 0;
  for (const window of curveWindows(range)) {
    const { rows } = await scope.query<ExposureRow>(
      catalogued("strategies.exposure", { ...curve, ...window }),
    );
    snapshots += rows[0]?.snapshots ?? 0;
    withPosition += rows[0]?.withPosition ?? 0;
    withEquity += rows[0]?.withEquity ?? 0;
    leverages += rows[0]?.leverages ?? 0;
  }
  return {
    timeInMarket: snapshots === 0 ? null : withPosition / snapshots,
    averageLeverage: withEquity === 0 ? null : leverages / withEquity,
  };
}
