// Trade history: one page of a selection, newest first, behind a keyset cursor; and all of it as a stream.
// Invariant: a page plans the chunks of bounded windows only and looks at a bounded number of fills, however deep the cursor or
// rare what is wanted.
import type { Queryable } from "@app/database";
import { knownOptions } from "../input/known-fields.ts";
import { MOST_ROWS, pageLimit } from "../input/number-field.ts";
import {
  BEGINNING,
  decodeCursor,
  encodeCursor,
  HIGHEST_ID,
  LOWEST_ID,
  NEWEST,
  type Place,
} from "../paging/cursor.ts";
import { beforeMoment } from "../paging/history.ts";
import { givenCursor, type Page, pageFields } from "../paging/page.ts";
import { endOfUsualFills, lateFills } from "../orders/fill-span.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import {
  type CheckedSelection,
  checkSelection,
  type TradeFilter,
  tradeFilterFields,
  type TradeListOptions,
  type TradeScope,
} from "./trade-selection.ts";
import type { Trade } from "./trade.ts";

/** Fills a filtered page looks at in each of its windows; what lies behind is the next page's. */
const LOOKED_AT = 10_000;

/**
 * Lengths of the windows in days, counted from where the fills begin; the last one has no end but the oldest fill. They begin
 * short: planning costs as much per chunk as reading a hundred rows.
 */
const WINDOW_DAYS = [2, 8, 30, 120, 500, 2_000] as const;

const HOURS_PER_DAY = 24;

/** Where the fills of a scope lie in time. */
interface Extent {
  readonly first: Temporal.Instant;
  readonly last: Temporal.Instant;
}

const later = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(one, other) >= 0 ? one : other;
const earlier = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(one, other) <= 0 ? one : other;

/**
 * One page of trades, newest first. A page of a filtered list may hold fewer than `limit`, even none, and have a `next`: it
 * looks at a bounded number of fills.
 * @throws {InvalidInputError} naming the field
 */
export async function listTrades(
  scope: Queryable,
  of: TradeScope,
  options: TradeListOptions = {},
): Promise<Page<Trade>> {
  const cursor = givenCursor(options, { ...tradeFilterFields, ...pageFields });
  const checked = checkSelection(of, options);
  const list = { name: "trades.list", of: { ...checked.scope, ...checked.filter } };
  const before = beforeMoment(decodeCursor(list, cursor), checked.to);
  const { items, end } = await readPage(scope, checked, before, pageLimit(options.limit));
  return { items, next: end === undefined ? undefined : encodeCursor(list, end) };
}

/** Every trade of a scope, newest first, in bounded memory. Those that arrive meanwhile are not seen. */
export async function* streamTrades(
  scope: Queryable,
  of: TradeScope,
  filter: TradeFilter = {},
): AsyncGenerator<Trade, void, undefined> {
  const checked = checkSelection(of, knownOptions("filter", filter, tradeFilterFields));
  let before: Place | undefined = beforeMoment(NEWEST, checked.to);
  while (before !== undefined) {
    const page: FoundPage = await readPage(scope, checked, before, MOST_ROWS);
    yield* page.items;
    before = page.end;
  }
}

interface FoundPage {
  readonly items: readonly Trade[];
  /** Where the next page begins; undefined where nothing older is left. */
  readonly end: Place | undefined;
}

async function readPage(
  scope: Queryable,
  selection: CheckedSelection,
  before: Place,
  limit: number,
): Promise<FoundPage> {
  const items: Trade[] = [];
  let position = before;
  for await (const window of windowsOf(scope, selection, before)) {
    if (window.newest !== undefined && Temporal.Instant.compare(window.newest, position.time) < 0) {
      position = { time: window.newest, id: HIGHEST_ID };
    }
    const edge = isFiltered(selection) ? await edgeOf(scope, selection, window.from, position) : undefined;
    const from = edge?.time ?? window.from;
    const found = await read(scope, selection, from, position, limit - items.length);
    items.push(...found);
    const last = items.at(-1);
    if (items.length >= limit && last !== undefined) {
      return { items, end: { time: last.executedAt, id: last.id } };
    }
    // Nothing older than its first moment was looked at; the moment itself was looked at as a whole.
    if (edge !== undefined) return { items, end: { time: edge.time, id: LOWEST_ID } };
    position = { time: window.from, id: LOWEST_ID };
  }
  return { items, end: undefined };
}

interface Window {
  readonly from: Temporal.Instant;
  /** Known to hold nothing newer; undefined where not asked. */
  readonly newest: Temporal.Instant | undefined;
}

/**
 * Windows into the past, each longer than the one before. The first is read on trust; only where it does not fill the page are
 * the positions asked where the fills lie at all, so that neither an idle strategy's silence nor the time before its first
 * fill is searched.
 */
async function* windowsOf(
  scope: Queryable,
  selection: CheckedSelection,
  before: Place,
): AsyncGenerator<Window, void, undefined> {
  const bound = selection.from ?? BEGINNING.time;
  if (selection.kind === "order") {
    yield* windowsOfOrder(scope, String(selection.scope.orderId), bound);
    return;
  }
  // Fills may lie ahead of the clock (a venue's is fast): the first window has no end but the cursor itself.
  const start = earlier(before.time, Temporal.Now.instant().round("millisecond"));
  const first = later(start.subtract({ hours: WINDOW_DAYS[0] * HOURS_PER_DAY }), bound);
  yield { from: first, newest: undefined };
  if (Temporal.Instant.compare(first, bound) <= 0) return;
  const extent = await extentOf(scope, selection);
  if (extent === undefined) return;
  const oldest = later(extent.first, bound);
  if (Temporal.Instant.compare(oldest, first) >= 0) return;
  const newest = earlier(extent.last, first);
  // Where fills reach into the first window, one as short would hold too few again.
  const lengths = newest.equals(first) ? WINDOW_DAYS.slice(1) : WINDOW_DAYS;
  for (const days of [...lengths, Number.POSITIVE_INFINITY]) {
    const reach = Number.isFinite(days) ? newest.subtract({ hours: days * HOURS_PER_DAY }) : oldest;
    const from = later(reach, oldest);
    yield { from, newest };
    if (Temporal.Instant.compare(from, oldest) <= 0) return;
  }
}

/** The span of an order's late fills, where it has any, and the week after it. */
async function* windowsOfOrder(
  scope: Queryable,
  orderId: string,
  bound: Temporal.Instant,
): AsyncGenerator<Window, void, undefined> {
  const late = await lateFills(scope, orderId);
  if (late !== undefined && Temporal.Instant.compare(late.to, bound) >= 0)
    yield { from: later(late.from, bound), newest: late.to };
  const usual = endOfUsualFills(orderId);
  if (Temporal.Instant.compare(usual, bound) >= 0) yield { from: bound, newest: usual };
}

/** @returns undefined where the scope has no fills */
async function extentOf(scope: Queryable, selection: CheckedSelection): Promise<Extent | undefined> {
  const { kind, filter } = selection;
  // No index finds the positions of an instrument, and days on which every fill was busted are not in the roll-up of an
  // account: those are searched to the end of time.
  if (kind === "symbol" || kind === "order" || (kind === "account" && filter.includeBusted)) {
    return { first: BEGINNING.time, last: NEWEST.time };
  }
  const { rows } = await scope.query<{ readonly [Bound in keyof Extent]: Temporal.Instant | null }>(
    catalogued(`positions.extent_by_${kind}`, selection.scope),
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? undefined : { first, last };
}

function isFiltered({ filter }: CheckedSelection): boolean {
  return filter.side !== null || filter.pnlSign !== null;
}

async function read(
  scope: Queryable,
  selection: CheckedSelection,
  from: Temporal.Instant,
  before: Place,
  limit: number,
): Promise<readonly Trade[]> {
  const { kind, scope: of, filter } = selection;
  const { rows } = await scope.query<Trade>(
    catalogued(`trades.${isFiltered(selection) ? "search" : "list"}_by_${kind}`, {
      ...of,
      ...filter,
      ...bounds(from, before),
      limit,
    }),
  );
  return rows;
}

async function edgeOf(
  scope: Queryable,
  { kind, scope: of }: CheckedSelection,
  from: Temporal.Instant,
  before: Place,
): Promise<Place | undefined> {
  const { rows } = await scope.query<Place>(
    catalogued(`trades.edge_by_${kind}`, { ...of, ...bounds(from, before), limit: LOOKED_AT }),
  );
  return rows[0];
}

const bounds = (from: Temporal.Instant, before: Place): QueryValues => ({
  from,
  cursorTime: before.time,
  cursorId: before.id,
});
