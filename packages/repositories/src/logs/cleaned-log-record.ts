// Makes any log record storable, for the buffered writer: nobody waits for its answer, and a line must not be lost for a bad
// field. What does not fit is cut, replaced with U+FFFD, or moved into the context; what was moved keeps its name there.
// Invariant: total; and ids grow with each call of one cleaner, so lines of one millisecond stay in order.
import { randomInt } from "node:crypto";
import { logLevels } from "@app/schema/vocabulary";
import { v7 } from "uuid";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { moment } from "../input/instant-field.ts";
import { shown } from "../input/refuse.ts";
import { cleanJson } from "./clean-json.ts";
import { errorText } from "./error-text.ts";
import { LOG_LIMITS, type LogEntry, logRecordFields, type LogRow } from "./log-record.ts";
import { now } from "../time/now.ts";

/** Makes records storable; one per writer. */
export type LogRecordCleaner = (entry: LogEntry) => LogRow;

/** The last millisecond a UUIDv7 holds (48 bits) is later than any year with four digits. */
const LATEST = Temporal.Instant.from("9999-12-31T23:59:59.999999Z");

const EARLIEST = Temporal.Instant.fromEpochMilliseconds(0);

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacters = /[\u0000-\u001F\u007F-\u009F]+/gu;

/** @returns a cleaner whose ids grow from call to call within a millisecond */
export function createLogRecordCleaner(): LogRecordCleaner {
  // The 32 bits behind the time of a UUIDv7 count; begun anywhere in the lower half, they last for two billion records.
  let sequence = randomInt(0x7f_ff_ff_ff);
  return (entry) => {
    const misfits = unknownFields(entry);
    const loggedAt = cleanTime(entry.loggedAt, misfits);
    sequence = (sequence + 1) >>> 0;
    return {
      id: v7({ msecs: loggedAt.epochMilliseconds, seq: sequence }),
      loggedAt,
      level: cleanLevel(entry.level, misfits),
      component: cleanComponent(entry.component),
      message: cleanText(entry.message, LOG_LIMITS.message) ?? "",
      strategyId: cleanStrategyId(entry.strategyId, misfits),
      correlationId: cleanCode(entry.correlationId, LOG_LIMITS.correlationId),
      durationMilliseconds: cleanDuration(entry.durationMilliseconds, misfits),
      ...cleanError(entry.error),
      context: cleanContext(entry.context, misfits),
      host: cleanText(entry.host, LOG_LIMITS.host),
      processId: cleanText(entry.processId, LOG_LIMITS.processId),
    };
  };
}

/** Fields that are none: what a program meant to say with them stays readable. */
function unknownFields(entry: LogEntry): Map<string, unknown> {
  const misfits = new Map<string, unknown>();
  for (const field of Object.keys(entry)) {
    if (Object.hasOwn(logRecordFields, field)) continue;
    const value = valueOf(entry, field);
    if (value !== undefined) misfits.set(field, value);
  }
  return misfits;
}

/** A getter that throws costs its field, not the line. */
function valueOf(entry: LogEntry, field: string): unknown {
  try {
    return Reflect.get(entry, field);
  } catch {
    return "[could not be read]";
  }
}

/** Name and stack of what was thrown, as the table takes them. */
export function cleanError(error: unknown): Pick<LogRow, "errorName" | "errorStack"> {
  if (error === undefined || error === null) return { errorName: null, errorStack: null };
  const { name, stack } = errorText(error);
  return {
    errorName: cleanText(name, LOG_LIMITS.errorName),
    errorStack: cleanText(stack, LOG_LIMITS.errorStack),
  };
}

function cleanTime(value: unknown, misfits: Map<string, unknown>): Temporal.Instant {
  if (value === undefined) return now();
  try {
    const instant = toInstant(value).round({ smallestUnit: "microsecond", roundingMode: "floor" });
    if (Temporal.Instant.compare(instant, EARLIEST) >= 0 && Temporal.Instant.compare(instant, LATEST) <= 0)
      return instant;
  } catch {
    // No moment: the line is of the present, and what was given stays readable.
  }
  misfits.set("loggedAt", shown(value));
  return now();
}

function toInstant(value: unknown): Temporal.Instant {
  if (value instanceof Temporal.Instant) return value;
  return typeof value === "string" ? Temporal.Instant.from(value) : moment("loggedAt", value);
}

function cleanLevel(value: unknown, misfits: Map<string, unknown>): LogRow["level"] {
  const level = logLevels.find((one) => one === value);
  if (level !== undefined) return level;
  misfits.set("level", value);
  return "info";
}

function cleanText(value: unknown, longest: number): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value : inWords(value);
  const cut = text.length > longest ? `${text.slice(0, longest - 40)}… [${text.length} characters]` : text;
  return cut.toWellFormed().replaceAll("\0", "\u{FFFD}");
}

function inWords(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint"
    ? String(value)
    : cleanJson(value);
}

/** A code in the sense of the tables: no control characters, no blank at either end; null where nothing is left. */
function cleanCode(value: unknown, longest: number): string | null {
  const text = cleanText(value, longest)?.replaceAll(controlCharacters, " ").trim();
  return text === undefined || text === "" ? null : text;
}

function cleanComponent(value: unknown): string {
  return cleanCode(value, LOG_LIMITS.component) ?? "unknown";
}

function cleanStrategyId(value: unknown, misfits: Map<string, unknown>): string | null {
  if (value === undefined || value === null) return null;
  try {
    return timeOrderedId("strategyId", value);
  } catch {
    misfits.set("strategyId", value);
    return null;
  }
}

function cleanDuration(value: unknown, misfits: Map<string, unknown>): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  misfits.set("durationMilliseconds", value);
  return null;
}

function cleanContext(value: unknown, misfits: ReadonlyMap<string, unknown>): string | null {
  if (misfits.size === 0) return value === undefined || value === null ? null : cleanJson(value);
  const given: unknown = value === undefined || value === null ? {} : JSON.parse(cleanJson(value));
  return cleanJson({ ...Object(given), ...Object.fromEntries(misfits) });
}
