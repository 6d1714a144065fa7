// Reads the system log oldest first: all of a range, or what comes as it comes. In pages of a thousand within windows of a
// day, so neither memory nor the partitions of one statement grow with the range.
import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "@app/database";
import { type Moment, openTimeRange, rangeFields, timeRange } from "../input/instant-field.ts";
import type { FieldNames } from "../input/known-fields.ts";
import { MOST_ROWS, wholeNumber } from "../input/number-field.ts";
import { LOWEST_ID, type Place } from "../paging/cursor.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { LogRecord } from "./log-record.ts";
import { now } from "../time/now.ts";
import { checkFilter, type LogFilter, logFilterFields, narrowing } from "./log-selection.ts";

/** Which records are streamed. */
export interface LogStreamOptions extends LogFilter {
  /** First moment that counts. */
  readonly from: Moment;
  /** First moment that no longer counts. @defaultValue the present */
  readonly to?: Moment | undefined;
}

/** How a log is followed. */
export interface LogFollowOptions extends LogFilter {
  /** First moment that counts. @defaultValue the present */
  readonly from?: Moment | undefined;
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

const streamFields: FieldNames<LogStreamOptions> = { ...logFilterFields, ...rangeFields };

const followFields: FieldNames<LogFollowOptions> = {
  ...logFilterFields,
  from: true,
  pollIntervalMilliseconds: true,
  settleMilliseconds: true,
  signal: true,
};

/** All records of a range, oldest first. */
export async function* streamLogs(
  scope: Queryable,
  options: LogStreamOptions,
): AsyncGenerator<LogRecord, void, undefined> {
  const filter = narrowing(checkFilter(options, streamFields));
  const { from, to } = timeRange({ from: options.from, to: options.to ?? now() });
  yield* readRange(scope, filter, from, to);
}

/** Records as they come, until the signal aborts. */
export async function* followLogs(
  scope: Queryable,
  options: LogFollowOptions,
): AsyncGenerator<LogRecord, void, undefined> {
  const filter = narrowing(checkFilter(options, followFields));
  const interval = wholeNumber(
    "pollIntervalMilliseconds",
    options.pollIntervalMilliseconds ?? 1_000,
    100,
    60_000,
  );
  const settle = wholeNumber("settleMilliseconds", options.settleMilliseconds ?? 2_000, 0, 60_000);
  let from = openTimeRange({ from: options.from }).from ?? now();
  while (options.signal?.aborted !== true) {
    const settled = now().subtract({ milliseconds: settle });
    if (Temporal.Instant.compare(from, settled) < 0) {
      yield* readRange(scope, filter, from, settled);
      from = settled;
    }
    await sleep(interval, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function* readRange(
  scope: Queryable,
  filter: QueryValues,
  from: Temporal.Instant,
  end: Temporal.Instant,
): AsyncGenerator<LogRecord, void, undefined> {
  let position: Place = { time: from, id: LOWEST_ID };
  while (Temporal.Instant.compare(position.time, end) < 0) {
    const dayLater = position.time.add({ hours: 24 });
    const to = Temporal.Instant.compare(dayLater, end) < 0 ? dayLater : end;
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
    position = last === undefined ? { time: to, id: LOWEST_ID } : { time: last.loggedAt, id: last.id };
  }
}
