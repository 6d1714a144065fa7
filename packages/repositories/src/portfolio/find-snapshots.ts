// Finds stored snapshots: by id, the last of a curve, and page by page, newest first.
// Invariant: no statement without a bound on taken_at; snapshots lie in chunks of an hour, and years have tens of thousands.
import { NotFoundError, type Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type OpenTimeRange, rangeFields } from "../input/instant-field.ts";
import { knownOptions } from "../input/known-fields.ts";
import { namedCode } from "../input/text-field.ts";
import type { Place } from "../paging/cursor.ts";
import { historyWindow, readHistoryPage } from "../paging/history.ts";
import type { HistoryOptions, Page } from "../paging/page.ts";
import { streamPages } from "../paging/stream-pages.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkCurve, type CheckedCurve, type CurveKey, curveStatement } from "./curve-key.ts";
import type { Snapshot } from "./snapshot.ts";

/** The end of a curve. */
export interface CurveEnd {
  readonly peakEquity: string;
  readonly lastTakenAt: Temporal.Instant;
  readonly lastSnapshotId: string;
}

/** Days of the windows a list is read in: a page of a busy curve lies within one. */
const WINDOW_DAYS = [0.25, 1, 3, 7, 14, 30, 90, 365, 1_100, 2_600] as const;

/** The snapshot of this id, or undefined. One chunk: the id holds its time. */
export async function findSnapshot(scope: Queryable, id: string): Promise<Snapshot | undefined> {
  const { rows } = await scope.query<Snapshot>(
    catalogued("portfolio_snapshots.get", { id: timeOrderedId("id", id) }),
  );
  return rows[0];
}

/** As {@link findSnapshot}. @throws {NotFoundError} */
export async function getSnapshot(scope: Queryable, id: string): Promise<Snapshot> {
  const found = await findSnapshot(scope, id);
  if (found !== undefined) return found;
  throw new NotFoundError(`There is no snapshot ${id}.`, { table: "portfolio_snapshots" });
}

/** The last snapshot of a curve, or undefined. */
export async function latestSnapshot(scope: Queryable, curve: CurveKey): Promise<Snapshot | undefined> {
  const end = await findCurveEnd(scope, checkCurve(curve));
  return end === undefined ? undefined : findSnapshot(scope, end.lastSnapshotId);
}

/** Where a curve ends, from the one row the database keeps of it. */
async function findCurveEnd(scope: Queryable, curve: CheckedCurve): Promise<CurveEnd | undefined> {
  const { rows } = await scope.query<CurveEnd>(curveStatement("portfolio_curves.get", curve));
  return rows[0];
}

const placeOf = ({ takenAt, id }: Snapshot): Place => ({ time: takenAt, id });

/** One page of a curve, newest first. */
export async function listSnapshots(
  scope: Queryable,
  curve: CurveKey,
  options: HistoryOptions = {},
): Promise<Page<Snapshot>> {
  const checked = checkCurve(curve);
  const name = "portfolio_snapshots.list";
  const list = { name, of: { ...checked } };
  const window = historyWindow(list, options);
  const end = await findCurveEnd(scope, checked);
  if (end === undefined) return { items: [], next: undefined };
  return readHistoryPage<Snapshot>(
    // Nothing of the curve lies after its end, so the first window reaches back from there.
    { list, placeOf, now: end.lastTakenAt, windowDays: WINDOW_DAYS },
    window,
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await scope.query<Snapshot>(curveStatement(name, checked, { from, cursorTime, cursorId, limit })))
        .rows,
  );
}

/** One page of a strategy's snapshots over all accounts and currencies, newest first. */
export async function listByStrategy(
  scope: Queryable,
  strategyId: string,
  options: HistoryOptions = {},
): Promise<Page<Snapshot>> {
  const owner = { strategyId: timeOrderedId("strategyId", strategyId) };
  return listBy(scope, "portfolio_snapshots.list_by_strategy", owner, options);
}

/** One page of an account's snapshots in deep drawdown, or with margin nearly used up, newest first. */
export async function listTroubled(
  scope: Queryable,
  list: "portfolio_snapshots.list_deep_drawdowns" | "portfolio_snapshots.list_margin_pressure",
  account: string,
  options: HistoryOptions = {},
): Promise<Page<Snapshot>> {
  return listBy(scope, list, { account: namedCode("account", account) }, options);
}

async function listBy(
  scope: Queryable,
  name:
    | "portfolio_snapshots.list_by_strategy"
    | "portfolio_snapshots.list_deep_drawdowns"
    | "portfolio_snapshots.list_margin_pressure",
  owner: { readonly account?: string; readonly strategyId?: string },
  options: HistoryOptions,
): Promise<Page<Snapshot>> {
  const list = { name, of: owner };
  return readHistoryPage<Snapshot>(
    { list, placeOf, windowDays: WINDOW_DAYS },
    historyWindow(list, options),
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await scope.query<Snapshot>(catalogued(name, { ...owner, from, cursorTime, cursorId, limit }))).rows,
  );
}

/** Every snapshot of a curve in a range, newest first, page by page. */
export function streamSnapshots(
  scope: Queryable,
  curve: CurveKey,
  range: OpenTimeRange = {},
): AsyncIterable<Snapshot> {
  return streamPages((page) =>
    listSnapshots(scope, curve, { ...knownOptions("range", range, rangeFields), ...page }),
  );
}
