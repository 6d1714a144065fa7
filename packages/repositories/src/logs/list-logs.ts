// Pages of the system log, newest first, by the index that leaves least to read; and of its slow operations, the longest first.
// Invariant: every reading is bounded in time, since hours of logs are a partition each.
import type { Queryable } from "@app/database";
import { moment } from "../input/instant-field.ts";
import type { JsonObject } from "../input/json-field.ts";
import type { FieldNames } from "../input/known-fields.ts";
import { finiteNumber } from "../input/number-field.ts";
import { objectField } from "../input/object-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { freeText } from "../input/text-field.ts";
import { NEWEST } from "../paging/cursor.ts";
import { historyWindow, readHistoryPage } from "../paging/history.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { type Page, type PageOptions, rangeListFields, readPage } from "../paging/page.ts";
import type { ListIdentity } from "../paging/sealed-cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { now } from "../time/now.ts";
import { checkContext } from "./checked-log-record.ts";
import type { LogRecord } from "./log-record.ts";
import {
  checkFilter,
  checkRange,
  logListFields,
  type LogListOptions,
  type LogRange,
  narrowing,
  type Selection,
  selectionOf,
} from "./log-selection.ts";

/** Which slow operations are asked for. */
export interface SlowLogOptions extends Omit<LogRange, "minimumLevel" | "correlationId">, PageOptions {
  /** Milliseconds, 1,000 or more: shorter ones are not indexed. @defaultValue 1000 */
  readonly minimumDurationMilliseconds?: number | undefined;
}

const slowFields: FieldNames<SlowLogOptions> = {
  ...rangeListFields,
  component: true,
  strategyId: true,
  minimumDurationMilliseconds: true,
};

/** How problems are listed. */
export interface ProblemOptions extends Omit<LogListOptions, "minimumLevel"> {
  /** The least severe level that counts. @defaultValue "warn" */
  readonly minimumLevel?: "warn" | "error" | "fatal" | undefined;
}

/** An hour, a day, a week, a month: logs of the last hour are asked for most, and hours are partitions. */
const WINDOW_DAYS = [1 / 24, 1, 7, 31] as const;

async function readSelection(
  scope: Queryable,
  options: LogListOptions,
  method: "list" | "listProblems" | "searchContext" | "searchMessage",
  { query, values }: Selection,
): Promise<Page<LogRecord>> {
  const present = now();
  const { limit: length, cursor } = options;
  const list = { name: `logs.${method}`, of: { ...values } };
  return readHistoryPage<LogRecord>(
    {
      list,
      placeOf: ({ loggedAt, id }) => ({ time: loggedAt, id }),
      now: present,
      windowDays: WINDOW_DAYS,
    },
    historyWindow(list, { limit: length, cursor, ...checkRange(options, present) }),
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await scope.query<LogRecord>(catalogued(query, { ...values, from, cursorTime, cursorId, limit })))
        .rows,
  );
}

/** Records that pass a filter. */
export async function listLogs(scope: Queryable, options: LogListOptions): Promise<Page<LogRecord>> {
  return readSelection(scope, options, "list", selectionOf(checkFilter(options, logListFields)));
}

/** Warnings and worse. */
export async function listProblems(scope: Queryable, options: ProblemOptions): Promise<Page<LogRecord>> {
  const minimumLevel = objectField("options", options).minimumLevel ?? "warn";
  const filter = checkFilter({ ...options, minimumLevel }, logListFields);
  return readSelection(scope, options, "listProblems", selectionOf(filter));
}

/** Records whose context contains an object, in the sense of jsonb's `@>`. */
export async function searchContext(
  scope: Queryable,
  contained: JsonObject,
  options: LogListOptions,
): Promise<Page<LogRecord>> {
  const context = checkContext("contained", contained);
  if (context === "{}") throw refusalBecause("contained", "an empty object is contained in every context.");
  const values = { ...narrowing(checkFilter(options, logListFields)), context };
  return readSelection(scope, options, "searchContext", { query: "system_logs.search_context", values });
}

/** Records whose message has some words. */
export async function searchMessage(
  scope: Queryable,
  text: string,
  options: LogListOptions,
): Promise<Page<LogRecord>> {
  const words = freeText("text", text, 1_000);
  if (words.trim() === "") throw refusalBecause("text", "there is no word in it.");
  const values = { ...narrowing(checkFilter(options, logListFields)), text: words };
  return readSelection(scope, options, "searchMessage", { query: "system_logs.search_message", values });
}

const SLOW = "system_logs.list_slow";

/** Operations of a second and more, the longest first. */
export async function listSlow(scope: Queryable, options: SlowLogOptions): Promise<Page<LogRecord>> {
  const present = now();
  const { from, to } = checkRange(options, present);
  const least = options.minimumDurationMilliseconds ?? 1_000;
  const selected = {
    ...narrowing(checkFilter(options, slowFields)),
    milliseconds: finiteNumber("minimumDurationMilliseconds", least, 1_000, Number.MAX_VALUE),
  };
  const list = { name: SLOW, of: selected };
  const values = {
    ...selected,
    from,
    // Lines may lie ahead of this machine's clock.
    to: to ?? present.add({ hours: 24 }),
    ...slowPlace(list, options.cursor),
  };
  return readPage(
    options,
    async (limit) => (await scope.query<LogRecord>(catalogued(SLOW, { ...values, limit }))).rows,
    ({ durationMilliseconds, loggedAt, id }) =>
      encodeKeyCursor(list, { milliseconds: `${durationMilliseconds}`, time: loggedAt.toString(), id }),
  );
}

/** Durations are finite, so what is infinite lies before all of them. */
function slowPlace(list: ListIdentity, cursor: string | undefined) {
  if (cursor === undefined) {
    return { cursorMilliseconds: Number.POSITIVE_INFINITY, cursorTime: NEWEST.time, cursorId: NEWEST.id };
  }
  const { milliseconds, time, id } = decodeKeyCursor(list, cursor, ["milliseconds", "time", "id"]);
  return {
    cursorMilliseconds: finiteNumber("cursor", Number(milliseconds), 0, Number.MAX_VALUE),
    cursorTime: moment("cursor", time),
    cursorId: id,
  };
}
