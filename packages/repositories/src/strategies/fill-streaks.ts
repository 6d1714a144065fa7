// Runs of winning and of losing fills. They follow from the order of single fills, which no sum per day holds: so every fill of
// the range is read, one character each, page by page.
// Invariant: no statement plans more than the chunks of a month, however long the range, or reads more than a page, however busy the strategy.
import type { Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { rangeFields, type TimeRange, timeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { currency, namedCode } from "../input/text-field.ts";
import { LOWEST_ID, type Place } from "../paging/cursor.ts";
import { NO_STREAKS, type Streaks, streaksOf } from "../performance/streaks.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { findStrategy, requiredStrategy } from "./find-strategy.ts";

/** The longest window in hours: 30 days. */
const WINDOW_HOURS = 30 * 24;

/** Fills of a statement: some 5 ms of the server's time. */
const PAGE = 2_500;

/** What a page of fills came to. */
interface Outcomes {
  readonly outcomes: string;
  readonly fills: number;
  readonly lastTime: Temporal.Instant | null;
  readonly lastId: string | null;
}

/** Over which fills runs are counted. */
export interface FillStreakOptions extends TimeRange {
  /** Only fills settled in this currency. */
  readonly currency: string;
  /** Only fills of this account. @defaultValue all accounts */
  readonly account?: string | undefined;
}

const optionFields: FieldNames<FillStreakOptions> = { ...rangeFields, currency: true, account: true };

/** @throws {NotFoundError} no such strategy */
export async function fillStreaks(
  scope: Queryable,
  strategyId: string,
  options: FillStreakOptions,
): Promise<Streaks> {
  const of = timeOrderedId("strategyId", strategyId);
  const { from, to } = timeRange(knownOptions("options", options, optionFields));
  const selection = {
    strategyId: of,
    currency: currency("currency", options.currency),
    onlyAccount: options.account === undefined ? null : namedCode("account", options.account),
  };
  const extent = await scope.query<{
    readonly first: Temporal.Instant | null;
    readonly last: Temporal.Instant | null;
  }>(catalogued("positions.extent_by_strategy", { strategyId: of }));
  const { first = null, last = null } = extent.rows[0] ?? {};
  if (first === null || last === null) {
    requiredStrategy(await findStrategy(scope, of), strategyId);
    return NO_STREAKS;
  }
  let streaks = NO_STREAKS;
  let hours = WINDOW_HOURS;
  let place: Place = { time: Temporal.Instant.compare(from, first) > 0 ? from : first, id: LOWEST_ID };
  while (Temporal.Instant.compare(place.time, to) < 0 && Temporal.Instant.compare(place.time, last) <= 0) {
    const end = place.time.add({ hours });
    const { rows } = await scope.query<Outcomes>(
      catalogued("strategies.fill_outcomes", {
        ...selection,
        from: place.time,
        cursorId: place.id,
        to: Temporal.Instant.compare(end, to) < 0 ? end : to,
        limit: PAGE,
      }),
    );
    const { outcomes = "", fills = 0, lastTime = null, lastId = null } = rows[0] ?? {};
    streaks = streaksOf(signsOf(outcomes), streaks);
    if (fills === PAGE && lastTime !== null && lastId !== null) {
      // Twice as far as a page went: what cannot be read in its order is sorted to the end of the window.
      hours = Math.min(WINDOW_HOURS, 1 + 2 * Math.ceil(lastTime.since(place.time).total("hours")));
      place = { time: lastTime, id: lastId };
    } else {
      hours = Math.min(WINDOW_HOURS, 4 * hours);
      place = { time: end, id: LOWEST_ID };
    }
  }
  return streaks;
}

function* signsOf(outcomes: string): Generator<number, void, undefined> {
  for (const outcome of outcomes) yield outcome === "+" ? 1 : -1;
}
