// What a log record is: as it is given, as it is stored and read. Types and limits only; what becomes of bad values is in
// checked-log-record.ts (refused) and cleaned-log-record.ts (mended).
import type { LogLevel } from "@app/schema/vocabulary";
import type { Moment } from "../input/instant-field.ts";
import type { JsonObject } from "../input/json-field.ts";

/** A record of system_logs, as it is read. What it does not have is null. */
export interface LogRecord {
  /** UUIDv7 that holds the millisecond of `loggedAt`. */
  readonly id: string;
  readonly loggedAt: Temporal.Instant;
  readonly level: LogLevel;
  /** Which part of the system speaks, such as "order-router". */
  readonly component: string;
  readonly message: string;
  /** Null too once the strategy was deleted. */
  readonly strategyId: string | null;
  /** Ties together what one request, order or run caused. */
  readonly correlationId: string | null;
  readonly durationMilliseconds: number | null;
  readonly errorName: string | null;
  /** Stack with the message at its top, and the stacks of what caused it. */
  readonly errorStack: string | null;
  readonly context: JsonObject | null;
  readonly host: string | null;
  readonly processId: string | null;
}

/** A log record to be stored. */
export interface LogEntry {
  /** @defaultValue the present, to the microsecond */
  readonly loggedAt?: Moment | undefined;
  readonly level: LogLevel;
  /** 1 to 100 characters, no control characters. */
  readonly component: string;
  readonly message: string;
  readonly strategyId?: string | null | undefined;
  /** Up to 200 characters. */
  readonly correlationId?: string | null | undefined;
  /** Milliseconds, 0 or more. */
  readonly durationMilliseconds?: number | null | undefined;
  /** What was thrown: an Error, with the errors that caused it, or anything else. */
  readonly error?: unknown;
  /** A JSON object. */
  readonly context?: JsonObject | null | undefined;
  readonly host?: string | null | undefined;
  readonly processId?: string | null | undefined;
}

/** A log record with an id of the caller's, so that sending it again is harmless. */
export interface NewLogRecord extends LogEntry {
  /** @defaultValue a new one; where only `id` is given, `loggedAt` is the time inside of it */
  readonly id?: string | undefined;
}

/** Names of what a record can be given. */
export const logRecordFields: Readonly<Record<keyof NewLogRecord, true>> = {
  id: true,
  loggedAt: true,
  level: true,
  component: true,
  message: true,
  strategyId: true,
  correlationId: true,
  durationMilliseconds: true,
  error: true,
  context: true,
  host: true,
  processId: true,
};

/** A record ready to be stored: every value is one the table takes. */
export interface LogRow {
  readonly id: string;
  readonly loggedAt: Temporal.Instant;
  readonly level: LogLevel;
  readonly component: string;
  readonly message: string;
  readonly strategyId: string | null;
  readonly correlationId: string | null;
  readonly durationMilliseconds: number | null;
  readonly errorName: string | null;
  readonly errorStack: string | null;
  /** JSON text of an object. */
  readonly context: string | null;
  readonly host: string | null;
  readonly processId: string | null;
}

/**
 * Longest values, in UTF-16 units (component and correlation id: code points). The message is indexed for search, and
 * PostgreSQL refuses a text whose words take more than a mebibyte; an indexed id may have 2,700 bytes.
 */
export const LOG_LIMITS = {
  component: 100,
  message: 32_768,
  correlationId: 200,
  errorName: 200,
  errorStack: 65_536,
  /** Of the JSON text. */
  context: 262_144,
  host: 255,
  processId: 64,
} as const;
