// What a line of pino's becomes as a log record: the fields that have a column fill it, the rest is the context.
// Invariant: nothing of a line is lost but what its column says again.
import type { LogEntry } from "@app/repositories/logs";
import { timeOfLine } from "./line-time.ts";
import type { DecidedOptions } from "./transport-options.ts";

type Fields = Record<string, unknown>;

type Level = LogEntry["level"];

/** pino's levels; a number between two counts as the lower one. */
const levels: readonly (readonly [least: number, level: Level])[] = [
  [60, "fatal"],
  [50, "error"],
  [40, "warn"],
  [30, "info"],
  [20, "debug"],
];

/** The parts of the options that say how a line is read. */
export type LineReading = Pick<
  DecidedOptions,
  "fields" | "component" | "messageKey" | "errorKey" | "levelNames"
>;

/** @returns the record of one parsed line */
export function entryOfLine(line: object, reading: LineReading): LogEntry {
  const rest: Fields = { ...line };
  const level = takeLevel(rest, reading);
  const loggedAt = takeTime(rest);
  const error = takeError(rest, reading.errorKey);
  const message = take(rest, reading.messageKey);
  const entry = {
    loggedAt,
    level,
    message: textOf(message) ?? messageOf(error) ?? "",
    error,
    component: textOf(takeFirst(rest, reading.fields.component)) ?? reading.component,
    strategyId: textOf(takeFirst(rest, reading.fields.strategyId)),
    correlationId: textOf(takeFirst(rest, reading.fields.correlationId)),
    // What is no number the writer moves into the context.
    durationMilliseconds: asNumber(takeFirst(rest, reading.fields.durationMilliseconds)),
    host: textOf(take(rest, "hostname")),
    processId: textOf(take(rest, "pid")),
  };
  return { ...entry, context: Object.keys(rest).length === 0 ? undefined : rest };
}

function take(fields: Fields, name: string): unknown {
  const value = fields[name];
  delete fields[name];
  return value;
}

function takeFirst(fields: Fields, names: readonly string[]): unknown {
  for (const name of names) {
    const [outer = "", inner] = name.split(".", 2);
    const value = fields[outer];
    if (value === undefined || value === null || value === "") continue;
    if (inner === undefined) return take(fields, name);
    const nested: unknown = typeof value === "object" ? Reflect.get(value, inner) : undefined;
    // The object it is part of stays whole.
    if (nested !== undefined && nested !== null && nested !== "") return nested;
  }
  return undefined;
}

function takeLevel(fields: Fields, { levelNames }: LineReading): Level {
  const value = fields["level"];
  if (typeof value === "number") {
    const level = levels.find(([least]) => value >= least)?.[1] ?? "trace";
    const name = levelNames.get(value);
    delete fields["level"];
    if (name !== undefined) fields["level"] = name;
    else if (!levels.some(([least]) => least === value) && value !== 10) fields["level"] = value;
    return level;
  }
  if (value === undefined) return "info";
  // A formatter may write the level's name.
  const named = [...levels.map(([, level]) => level), "trace" as const].find((level) => level === value);
  if (named !== undefined) delete fields["level"];
  return named ?? "info";
}

function takeTime(fields: Fields): Temporal.Instant | undefined {
  const time = timeOfLine(fields["time"]);
  if (time !== undefined) delete fields["time"];
  return time;
}

/** The error; what it carries beside name and stack (a code, a status) stays in the context. */
function takeError(fields: Fields, errorKey: string): unknown {
  const error = take(fields, errorKey);
  if (typeof error !== "object" || error === null) return error;
  const { type: _type, name: _name, stack: _stack, ...others }: Fields = { ...error };
  if (Object.keys(others).length > 0) fields[errorKey] = others;
  return error;
}

function messageOf(error: unknown): string | undefined {
  if (typeof error === "string") return error;
  return typeof error === "object" && error !== null ? textOf(Reflect.get(error, "message")) : undefined;
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      return value === null ? undefined : JSON.stringify(value);
    case "undefined":
    case "function":
    case "symbol":
    default:
      return undefined;
  }
}

function asNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return typeof value === "number" ? value : Number(textOf(value));
}
