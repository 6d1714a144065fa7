// The system log: reading it by level, component, strategy, correlation id, time, words and context, and storing records
// whose caller waits. What a backend logs as it runs goes through the buffered writer (log-writer.ts).
// Holds no state of its own; each reading is in the file named after it.
import { NotFoundError, type Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import type { JsonObject } from "../input/json-field.ts";
import { recordList } from "../input/record-list.ts";
import type { Page } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { appendLogs } from "./append-logs.ts";
import { checkLogRecord } from "./checked-log-record.ts";
import {
  listLogs,
  listProblems,
  listSlow,
  type ProblemOptions,
  searchContext,
  searchMessage,
  type SlowLogOptions,
} from "./list-logs.ts";
import type { LogRecord, NewLogRecord } from "./log-record.ts";
import type { LogListOptions } from "./log-selection.ts";
import { followLogs, type LogFollowOptions, type LogStreamOptions, streamLogs } from "./read-forward.ts";

/** What can be asked of the system log. Every method throws InvalidInputError, naming the field, before it sends anything. */
export interface LogReads {
  /** A record by its id. @throws {NotFoundError} there is none, or it has left after its 90 days */
  get(id: string): Promise<LogRecord>;
  /** As get, or undefined. */
  find(id: string): Promise<LogRecord | undefined>;
  /** One page, newest first. */
  list(options?: LogListOptions): Promise<Page<LogRecord>>;
  /** One page of warnings and worse, newest first. */
  listProblems(options?: ProblemOptions): Promise<Page<LogRecord>>;
  /** One page of operations of a second and more, the longest first. */
  listSlow(options?: SlowLogOptions): Promise<Page<LogRecord>>;
  /** Records whose context contains all of `contained`, newest first: `{ orderId: "…" }`, `{ venue: { name: "X" } }`. */
  searchContext(contained: JsonObject, options?: LogListOptions): Promise<Page<LogRecord>>;
  /**
   * Records whose message has these words (English stems), newest first: `margin call`, `"margin call"`, `reject or cancel`,
   * `order -routed`.
   */
  searchMessage(text: string, options?: LogListOptions): Promise<Page<LogRecord>>;
  /** All records of a range, oldest first, in bounded memory. */
  stream(options: LogStreamOptions): AsyncIterable<LogRecord>;
  /** Records as they come, until `signal` aborts. */
  follow(options?: LogFollowOptions): AsyncIterable<LogRecord>;
}

/** The system log. */
export interface Logs extends LogReads {
  /**
   * Stores one record and waits for it. Sent again with the same id it changes nothing.
   * @returns the stored record
   * @throws {ConflictError} the id is stored with other contents, or there is no such strategy
   */
  append(record: NewLogRecord): Promise<LogRecord>;
  /** Stores up to 10,000 records, all or none. @returns their ids, in the order given @throws {ConflictError} as append */
  appendMany(records: readonly NewLogRecord[]): Promise<readonly string[]>;
}

/** @returns what can be asked of the system log through a scope, a replica's included */
export function createLogReads(scope: Queryable): LogReads {
  const find = async (id: string): Promise<LogRecord | undefined> => {
    const { rows } = await scope.query<LogRecord>(
      catalogued("system_logs.get", { id: timeOrderedId("id", id) }),
    );
    return rows[0];
  };
  return {
    find,
    async get(id) {
      const record = await find(id);
      if (record !== undefined) return record;
      throw new NotFoundError(`There is no log record ${id}.`, { table: "system_logs" });
    },
    list: (options = {}) => listLogs(scope, options),
    listProblems: (options = {}) => listProblems(scope, options),
    listSlow: (options = {}) => listSlow(scope, options),
    searchContext: (contained, options = {}) => searchContext(scope, contained, options),
    searchMessage: (text, options = {}) => searchMessage(scope, text, options),
    stream: (options) => streamLogs(scope, options),
    follow: (options = {}) => followLogs(scope, options),
  };
}

/** @returns the system log behind a scope */
export function createLogs(scope: Scope): Logs {
  const reads = createLogReads(scope);
  return {
    ...reads,
    async append(record) {
      const row = checkLogRecord(record);
      await appendLogs(scope, [row]);
      return reads.get(row.id);
    },
    async appendMany(records) {
      const rows = recordList("records", records).map((record, index) =>
        checkLogRecord(record, `records[${index}].`),
      );
      await appendLogs(scope, rows);
      return rows.map(({ id }) => id);
    },
  };
}
