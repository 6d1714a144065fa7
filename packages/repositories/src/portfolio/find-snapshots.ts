// Finds stored snapshots: by id, the last of a curve, and page by page, newest first.
// Invariant: no statement without a bound on taken_at; snapshots lie in chunks of an hour, and years have tens of thousands.
import { NotFoundError } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { pageLimit } from "../input/number-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { decodeCursor, encodeCursor, NEWEST, type Page, type Place } from "../paging/cursor.ts";
import { readNewestFirst, type ReadWindow } from "../paging/widening-window.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { checkCurve, type CheckedCurve, type CurveKey, curveStatement } from "./curve-key.ts";
import type { Snapshot } from "./snapshot.ts";

/** Which page of a list. */
export interface SnapshotPage {
  /** Only those taken at or after. */
  readonly from?: Moment | undefined;
  /** Only those taken before; a cursor goes on from where it ended. */
  readonly to?: Moment | undefined;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** The end of a curve. */
export interface CurveEnd {
  readonly peakEquity: string;
  readonly lastTakenAt: Temporal.Instant;
  readonly lastSnapshotId: string;
}

/** Days of the windows a list is read in: a page of a busy curve lies within one. */
const WINDOW_DAYS = [0.25, 1, 3, 7, 14, 30, 90, 365, 1_100, 2_600] as const;

const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** The snapshot of this id, or undefined. One chunk: the id holds its time. */
export async function findSnapshot(scope: Scope, id: string): Promise<Snapshot | undefined> {
  const { rows } = await scope.query<Snapshot>(
    catalogued("portfolio_snapshots.get", { id: timeOrderedId("id", id) }),
  );
  return rows[0];
}

/** As {@link findSnapshot}. @throws {NotFoundError} */
export async function getSnapshot(scope: Scope, id: string): Promise<Snapshot> {
  const found = await findSnapshot(scope, id);
  if (found !== undefined) return found;
  throw new NotFoundError(`There is no snapshot ${id}.`, { table: "portfolio_snapshots" });
}

/** The last snapshot of a curve, or undefined. */
export async function latestSnapshot(scope: Scope, curve: CurveKey): Promise<Snapshot | undefined> {
  const end = await findCurveEnd(scope, checkCurve(curve));
  return end === undefined ? undefined : findSnapshot(scope, end.lastSnapshotId);
}

/** Where a curve ends, from the one row the database keeps of it. */
async function findCurveEnd(scope: Scope, curve: CheckedCurve): Promise<CurveEnd | undefined> {
  const { rows } = await scope.query<CurveEnd>(curveStatement("portfolio_curves.get", curve));
  return rows[0];
}

/** One page of a curve, newest first. */
export async function listSnapshots(
  scope: Scope,
  curve: CurveKey,
  page: SnapshotPage,
): Promise<Page<Snapshot>> {
  const checked = checkCurve(curve);
  const plan = checkPage("portfolio_snapshots.list", page);
  const end = await findCurveEnd(scope, checked);
  if (end === undefined) return { items: [], next: undefined };
  // Nothing of the curve lies after its end, so the first window reaches back from there.
  return readPage(plan, end.lastTakenAt, async (from, before, limit) => {
    const bounds = { from, cursorTime: before.time, cursorId: before.id, limit };
    return (await scope.query<Snapshot>(curveStatement("portfolio_snapshots.list", checked, bounds))).rows;
  });
}

/** One page of a strategy's snapshots over all accounts and currencies, newest first. */
export async function listByStrategy(
  scope: Scope,
  strategyId: string,
  page: SnapshotPage,
): Promise<Page<Snapshot>> {
  const owner = { strategyId: timeOrderedId("strategyId", strategyId) };
  return listBy(scope, "portfolio_snapshots.list_by_strategy", owner, page);
}

/** One page of an account's snapshots in deep drawdown, or with margin nearly used up, newest first. */
export async function listTroubled(
  scope: Scope,
  list: "portfolio_snapshots.list_deep_drawdowns" | "portfolio_snapshots.list_margin_pressure",
  account: string,
  page: SnapshotPage,
): Promise<Page<Snapshot>> {
  return listBy(scope, list, { account: namedCode("account", account) }, page);
}

async function listBy(
  scope: Scope,
  list:
    | "portfolio_snapshots.list_by_strategy"
    | "portfolio_snapshots.list_deep_drawdowns"
    | "portfolio_snapshots.list_margin_pressure",
  owner: { readonly account?: string; readonly strategyId?: string },
  page: SnapshotPage,
): Promise<Page<Snapshot>> {
  return readPage(
    checkPage(list, page),
    Temporal.Now.instant().round("microsecond"),
    async (from, before, limit) => {
      const bounds = { from, cursorTime: before.time, cursorId: before.id, limit };
      return (await scope.query<Snapshot>(catalogued(list, { ...owner, ...bounds }))).rows;
    },
  );
}

interface PagePlan {
  readonly list: string;
  readonly since: Temporal.Instant | undefined;
  readonly before: Place;
  readonly limit: number;
}

function checkPage(list: string, { from, to, limit, cursor }: SnapshotPage): PagePlan {
  const since = from === undefined ? undefined : timeBound("from", from);
  const end = to === undefined ? NEWEST : { time: timeBound("to", to), id: LOWEST_ID };
  if (since !== undefined && Temporal.Instant.compare(since, end.time) > 0) {
    throw refusalBecause(
      "to",
      `the range ends at ${end.time.toString()}, before it begins at ${since.toString()}.`,
    );
  }
  const position = decodeCursor(list, cursor);
  const before = Temporal.Instant.compare(position.time, end.time) < 0 ? position : end;
  return { list, since, before, limit: pageLimit(limit) };
}

async function readPage(
  { list, since, before, limit }: PagePlan,
  now: Temporal.Instant,
  read: ReadWindow<Snapshot>,
): Promise<Page<Snapshot>> {
  // One more than asked for: whether there is a next page.
  const options = { before, since, limit: limit + 1, now, windowDays: WINDOW_DAYS };
  const rows = await readNewestFirst(read, options);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { items, next: isMore ? encodeCursor(list, { time: last.takenAt, id: last.id }) : undefined };
}

/** Every snapshot of a curve in a range, newest first, page by page. */
export async function* streamSnapshots(
  scope: Scope,
  curve: CurveKey,
  range: Pick<SnapshotPage, "from" | "to"> = {},
): AsyncGenerator<Snapshot> {
  let cursor: string | undefined;
  do {
    const page: Page<Snapshot> = await listSnapshots(scope, curve, { ...range, limit: 1_000, cursor });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}
