// Reads the system log oldest first: all of a range, or what comes as it comes. In pages of a thousand within windows of a
// day, so neither memory nor the partitions of one statement grow with the range.
import { setTimeout as sleep } from "node:timers/promises";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { MOST_ROWS, wholeNumber } from "../input/number-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import type { Place } from "../paging/cursor.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import type { LogRecord } from "./log-record.ts";
import { now } from "../time/now.ts";
import { checkFilter, type LogFilter, narrowing } from "./log-selection.ts";

/** Which records are streamed. */
export interface StreamOptions extends LogFilter {
  /** First moment that counts. */
  readonly since: Moment;
  /** First moment that no longer counts. @defaultValue the present */
  readonly until?: Moment | undefined;
}

/** How a log is followed. */
export interface FollowOptions extends LogFilter {
  /** @defaultValue the present */
  readonly since?: Moment | undefined;
  /** Milliseconds between two looks, 100 to 60,000. @defaultValue 1000 */
  readonly pollIntervalMilliseconds?: number | undefined;
  /**
   * Milliseconds a record may come later than its own time and still be shown, 0 to 60,000; each is shown that much later.
   * @defaultValue 2000: twice what the buffered writer keeps a record at most while the server is there
   */
  readonly settleMilliseconds?: number | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

const NO_ID = "00000000-0000-0000-0000-000000000000";

/** All records of a range, oldest first. */
export async function* streamLogs(
  scope: Scope,
  options: StreamOptions,
): AsyncGenerator<LogRecord, void, undefined> {
  const filter = narrowing(checkFilter(options));
  const since = timeBound("since", options.since);
  const until = options.until === undefined ? now() : timeBound("until", options.until);
  if (Temporal.Instant.compare(since, until) > 0) {
    throw refusalBecause("until", `${until.toString()} lies before since, ${since.toString()}.`);
  }
  yield* readRange(scope, filter, since, until);
}

/** Records as they come, until the signal aborts. */
export async function* followLogs(
  scope: Scope,
  options: FollowOptions,
): AsyncGenerator<LogRecord, void, undefined> {
  const filter = narrowing(checkFilter(options));
  const interval = wholeNumber(
    "pollIntervalMilliseconds",
    options.pollIntervalMilliseconds ?? 1_000,
    100,
    60_000,
  );
  const settle = wholeNumber("settleMilliseconds", options.settleMilliseconds ?? 2_000, 0, 60_000);
  let since = options.since === undefined ? now() : timeBound("since", options.since);
  while (options.signal?.aborted !== true) {
    const until = now().subtract({ milliseconds: settle });
    if (Temporal.Instant.compare(since, until) < 0) {
      yield* readRange(scope, filter, since, until);
      since = until;
    }
    await sleep(interval, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function* readRange(
  scope: Scope,
  filter: QueryValues,
  since: Temporal.Instant,
  until: Temporal.Instant,
): AsyncGenerator<LogRecord, void, undefined> {
  let position: Place = { time: since, id: NO_ID };
  while (Temporal.Instant.compare(position.time, until) < 0) {
    const dayLater = position.time.add({ hours: 24 });
    const to = Temporal.Instant.compare(dayLater, until) < 0 ? dayLater : until;
    const { rows } = await scope.query<LogRecord>(
      catalogued("system_logs.read_forward", {
        ...filter,
        cursorTime: position.time,
        cursorId: position.id,
        to,
        limit: MOST_ROWS,
      }),
    );
    yield* rows;
    const last = rows.length < MOST_ROWS ? undefined : rows.at(-1);
    position = last === undefined ? { time: to, id: NO_ID } : { time: last.loggedAt, id: last.id };
  }
}
