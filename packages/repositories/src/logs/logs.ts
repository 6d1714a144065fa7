// The system log: reading it by level, component, strategy, correlation id, time, words and context, and storing records
// whose caller waits. What a backend logs as it runs goes through the buffered writer (log-writer.ts).
// Invariant: every reading is bounded in time, since hours of logs are a partition each.
import { NotFoundError } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import type { JsonObject } from "../input/json-field.ts";
import { finiteNumber, pageLimit, wholeNumber } from "../input/number-field.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { freeText } from "../input/text-field.ts";
import { encodeCursor, type Page } from "../paging/cursor.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { appendLogs } from "./append-logs.ts";
import { checkContext, checkLogRecord } from "./checked-log-record.ts";
import type { LogRecord, NewLogRecord } from "./log-record.ts";
import {
  checkFilter,
  checkPage,
  checkRange,
  type LogListOptions,
  type LogRange,
  narrowing,
  type Selection,
  selectionOf,
} from "./log-selection.ts";
import { now } from "../time/now.ts";
import { followLogs, type FollowOptions, streamLogs, type StreamOptions } from "./read-forward.ts";

/** Which slow operations are asked for. */
export interface SlowLogOptions extends Omit<LogRange, "minimumLevel" | "correlationId"> {
  /** Milliseconds, 1,000 or more: shorter ones are not indexed. @defaultValue 1000 */
  readonly minimumDurationMilliseconds?: number | undefined;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

/** How problems are listed. */
export interface ProblemOptions extends Omit<LogListOptions, "minimumLevel"> {
  /** @defaultValue "warn" */
  readonly minimumLevel?: "warn" | "error" | "fatal" | undefined;
}

/** The system log. */
export interface Logs {
  /** @throws {NotFoundError} there is no record of this id, or it has left after its 90 days */
  get(id: string): Promise<LogRecord>;
  find(id: string): Promise<LogRecord | undefined>;
  /** One page, newest first. @throws {InvalidInputError} naming the field */
  list(options?: LogListOptions): Promise<Page<LogRecord>>;
  /** One page of warnings and worse, newest first. */
  listProblems(options?: ProblemOptions): Promise<Page<LogRecord>>;
  /** Operations of a second and more, the longest first. */
  listSlow(options?: SlowLogOptions): Promise<readonly LogRecord[]>;
  /** Records whose context contains all of `contained`, newest first: `{ orderId: "…" }`, `{ venue: { name: "X" } }`. */
  searchContext(contained: JsonObject, options?: LogListOptions): Promise<Page<LogRecord>>;
  /**
   * Records whose message has these words (English stems), newest first: `margin call`, `"margin call"`, `reject or cancel`,
   * `order -routed`.
   */
  searchMessage(text: string, options?: LogListOptions): Promise<Page<LogRecord>>;
  /** All records of a range, oldest first, in bounded memory. */
  stream(options: StreamOptions): AsyncGenerator<LogRecord, void, undefined>;
  /** Records as they come, until `signal` aborts. */
  follow(options?: FollowOptions): AsyncGenerator<LogRecord, void, undefined>;
  /**
   * Stores one record and waits for it. Sent again with the same id it changes nothing.
   * @returns the stored record
   * @throws {ConflictError} the id is stored with other contents, or there is no such strategy
   */
  append(record: NewLogRecord): Promise<LogRecord>;
  /** Stores up to 10,000 records, all or none. @returns their ids, in the order given */
  appendMany(records: readonly NewLogRecord[]): Promise<readonly string[]>;
}

/** Name of the list in its cursors; a cursor is a place in time, whatever the filter. */
const LIST = "system_logs";

/** Most records of one call of appendMany. */
const MOST_RECORDS = 10_000;

/** An hour, a day, a week, a month: logs of the last hour are asked for most, and hours are partitions. */
const WINDOW_DAYS = [1 / 24, 1, 7, 31] as const;

/** Makes the system log's repository over a pool or a transaction. */
export function createLogs(scope: Scope): Logs {
  const find = async (id: string): Promise<LogRecord | undefined> => {
    const { rows } = await scope.query<LogRecord>(
      catalogued("system_logs.get", { id: timeOrderedId("id", id) }),
    );
    return rows[0];
  };
  const get = async (id: string): Promise<LogRecord> => required(await find(id), id);

  return {
    find,
    get,
    list: async (options = {}) => readPage(scope, options, selectionOf(checkFilter(options))),
    async listProblems(options = {}) {
      const filter = checkFilter({ ...options, minimumLevel: options.minimumLevel ?? "warn" });
      const selection = selectionOf(filter);
      return readPage(scope, options, selection);
    },
    async listSlow(options = {}) {
      const present = now();
      const { since, until } = checkRange(options, present);
      const least = options.minimumDurationMilliseconds ?? 1_000;
      const { rows } = await scope.query<LogRecord>(
        catalogued("system_logs.list_slow", {
          ...narrowing(checkFilter(options)),
          milliseconds: finiteNumber("minimumDurationMilliseconds", least, 1_000, Number.MAX_VALUE),
          from: since,
          // Lines may lie ahead of this machine's clock.
          to: until ?? present.add({ hours: 24 }),
          limit: pageLimit(options.limit),
        }),
      );
      return rows;
    },
    async searchContext(contained, options = {}) {
      const context = checkContext("contained", contained);
      if (context === "{}")
        throw refusalBecause("contained", "an empty object is contained in every context.");
      const values = { ...narrowing(checkFilter(options)), context };
      return readPage(scope, options, { query: "system_logs.search_context", values });
    },
    async searchMessage(text, options = {}) {
      const words = freeText("text", text, 1_000);
      if (words.trim() === "") throw refusalBecause("text", "there is no word in it.");
      const values = { ...narrowing(checkFilter(options)), text: words };
      return readPage(scope, options, { query: "system_logs.search_message", values });
    },
    stream: (options) => streamLogs(scope, options),
    follow: (options = {}) => followLogs(scope, options),
    async append(record) {
      const row = checkLogRecord(record);
      await appendLogs(scope, [row]);
      return get(row.id);
    },
    async appendMany(records) {
      if (!Array.isArray(records)) throw refusal("records", records, "an array of log records");
      wholeNumber("records.length", records.length, 0, MOST_RECORDS);
      const rows = records.map((record: NewLogRecord, index) => checkLogRecord(record, `records[${index}].`));
      await appendLogs(scope, rows);
      return rows.map(({ id }) => id);
    },
  };
}

async function readPage(
  scope: Scope,
  options: LogListOptions,
  { query, values }: Selection,
): Promise<Page<LogRecord>> {
  const present = now();
  const { before, since, limit } = checkPage(LIST, options, present);
  // One more than asked for tells whether there is another page.
  const rows = await readNewestFirst(
    async (from, position, most) => {
      const { rows: found } = await scope.query<LogRecord>(
        catalogued(query, {
          ...values,
          from,
          cursorTime: position.time,
          cursorId: position.id,
          limit: most,
        }),
      );
      return found;
    },
    { before, since, limit: limit + 1, now: present, windowDays: WINDOW_DAYS },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last && encodeCursor(LIST, { time: last.loggedAt, id: last.id }) };
}

function required(record: LogRecord | undefined, id: string): LogRecord {
  if (record !== undefined) return record;
  throw new NotFoundError(`There is no log record ${id}.`, { table: "system_logs" });
}
