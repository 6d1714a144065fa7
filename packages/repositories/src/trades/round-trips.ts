// Round trips of a position, oldest first, a page at a time, with how far the market went against them and towards them.
// Invariant: a page is made of one state of the history, and the next one begins behind the fill that ended its last trip.
import type { Queryable } from "@app/database";
import { type Timeframe, timeframes, timeframeSeconds } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { type OpenTimeRange, openTimeRange, rangeFields } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { MOST_ROWS, pageLimit } from "../input/number-field.ts";
import { decodeCursor, encodeCursor, LOWEST_ID, type Place } from "../paging/cursor.ts";
import { type Page, pageFields, type PageOptions } from "../paging/page.ts";
import { streamPages } from "../paging/stream-pages.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { findPosition } from "../positions/find-position.ts";
import { checkPositionKey, type PositionKey } from "../positions/position-key.ts";
import type { ListIdentity } from "../paging/sealed-cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { measureExcursions, type TripExcursions } from "./excursions.ts";
import { readOldestFirst } from "../paging/forward-window.ts";
import { createTripFold, type RoundTrip, type TripFill, type TripFold } from "./round-trip.ts";

/** Which trips of a position; `from` and `to` are of when they ended. */
export interface RoundTripFilter extends OpenTimeRange {
  /** Bars to measure excursions by. @defaultValue none: excursions are null, and no bars are read */
  readonly timeframe?: Timeframe | undefined;
}

/** Which page of them. */
export interface RoundTripListOptions extends RoundTripFilter, PageOptions {}

const filterFields: FieldNames<RoundTripFilter> = { ...rangeFields, timeframe: true };

/** A trip and its excursions. */
export type MeasuredRoundTrip = RoundTrip & TripExcursions;

/** Fills read at once for each trip that is asked for: most have an entry and an exit or two. */
const FILLS_PER_TRIP = 4;

interface CheckedPage {
  readonly list: ListIdentity;
  readonly after: Place | undefined;
  readonly to: Temporal.Instant | undefined;
  readonly timeframe: Timeframe | undefined;
  readonly limit: number;
}

function checkPage(key: PositionKey, options: RoundTripListOptions): CheckedPage {
  const list = { name: "trades.round_trips", of: { ...key } };
  const { timeframe, cursor, limit } = knownOptions("options", options, {
    ...filterFields,
    ...pageFields,
  });
  const { from, to } = openTimeRange(options);
  const start = from === undefined ? undefined : { time: from, id: LOWEST_ID };
  return {
    list,
    after: cursor === undefined ? start : decodeCursor(list, cursor),
    to,
    timeframe: timeframe === undefined ? undefined : choice("timeframe", timeframe, timeframes),
    limit: pageLimit(limit),
  };
}

/**
 * One page of a position's round trips, in the order they ended. A trip that is open is no round trip yet, and one whose entry
 * has left the database after its years is none any more.
 * @throws {InvalidInputError} naming the field
 */
export async function listRoundTrips(
  scope: Scope,
  position: PositionKey,
  options: RoundTripListOptions = {},
): Promise<Page<MeasuredRoundTrip>> {
  const key = checkPositionKey(position);
  const checked = checkPage(key, options);
  // One snapshot: a late fill between two of the reads would account half of a trip anew.
  return scope.atomically((transaction) => readPage(transaction, key, checked), {
    isolationLevel: "repeatable read",
    readOnly: true,
    idempotent: true,
  });
}

/** Every round trip of a position, in the order they ended, in bounded memory. */
export function streamRoundTrips(
  scope: Scope,
  position: PositionKey,
  filter: RoundTripFilter = {},
): AsyncIterable<MeasuredRoundTrip> {
  return streamPages((page) =>
    listRoundTrips(scope, position, { ...knownOptions("filter", filter, filterFields), ...page }),
  );
}

async function readPage(
  database: Queryable,
  key: PositionKey,
  { list, after, to, timeframe, limit }: CheckedPage,
): Promise<Page<MeasuredRoundTrip>> {
  const position = await findPosition(database, key);
  if (position === undefined || position.firstFillAt === null || position.lastFillAt === null) {
    return { items: [], next: undefined };
  }
  const extent = { first: position.firstFillAt, end: endOf(position.lastFillAt, to) };
  const fold = createTripFold();
  const start = await startOf(database, key, after, extent.first, fold);
  const trips: RoundTrip[] = [];
  for await (const fill of fillsOf(database, key, start, extent.end, limit)) {
    const trip = fold.add(fill);
    // Behind a boundary a trip ends later than the cursor by itself; where the history behind it changed, it may not.
    if (trip === undefined || (after !== undefined && !isBehind(fill, after))) continue;
    trips.push(trip);
    if (trips.length === limit) break;
  }
  const last = trips.at(-1);
  const next =
    trips.length < limit || last === undefined
      ? undefined
      : encodeCursor(list, { time: last.closedAt, id: last.closedBy });
  const excursions =
    timeframe === undefined
      ? undefined
      : await measureExcursions(database, key, trips, timeframe, timeframeSeconds[timeframe]);
  return {
    items: trips.map((trip, index) => ({ ...trip, ...(excursions?.[index] ?? UNMEASURED) })),
    next,
  };
}

const UNMEASURED: TripExcursions = { maximumAdverseExcursion: null, maximumFavorableExcursion: null };

function endOf(lastFillAt: Temporal.Instant, to: Temporal.Instant | undefined): Temporal.Instant {
  const end = lastFillAt.add({ microseconds: 1 });
  return to === undefined || Temporal.Instant.compare(end, to) < 0 ? end : to;
}

function isBehind(fill: TripFill, { time, id }: Place): boolean {
  const order = Temporal.Instant.compare(fill.executedAt, time);
  return order > 0 || (order === 0 && fill.id > id);
}

/** Where to read on: the newest boundary up to the cursor, whatever became of the fill the cursor names; else the first fill. */
async function startOf(
  database: Queryable,
  key: PositionKey,
  after: Place | undefined,
  first: Temporal.Instant,
  fold: TripFold,
): Promise<Place> {
  if (after === undefined) return { time: first, id: LOWEST_ID };
  const read = async (from: Temporal.Instant, upTo: Place): Promise<readonly TripFill[]> => {
    const place = { from, cursorTime: upTo.time, cursorId: upTo.id };
    return (await database.query<TripFill>(catalogued("trades.trip_boundary", { ...key, ...place }))).rows;
  };
  // Nearly always it is the fill the cursor names: at that moment there is one chunk to look into.
  const [atCursor] = await read(after.time, after);
  const [boundary] =
    atCursor === undefined
      ? await readNewestFirst(read, { before: after, from: first, limit: 1, now: after.time })
      : [atCursor];
  if (boundary === undefined) return { time: first, id: LOWEST_ID };
  fold.resume(boundary);
  return { time: boundary.executedAt, id: boundary.id };
}

/** Fills that count behind a position, in the order of accounting. */
function fillsOf(
  database: Queryable,
  key: PositionKey,
  after: Place,
  end: Temporal.Instant,
  trips: number,
): AsyncIterable<TripFill> {
  return readOldestFirst<TripFill>(
    async (position, to, limit) => {
      const place = { from: position.time, cursorId: position.id, to, limit };
      return (await database.query<TripFill>(catalogued("trades.trip_fills", { ...key, ...place }))).rows;
    },
    { after, to: end, limit: Math.min(MOST_ROWS, trips * FILLS_PER_TRIP) },
  );
}
