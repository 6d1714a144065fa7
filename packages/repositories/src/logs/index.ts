// The logs as a door of their own: what a log transport needs in its thread, without the repositories of other domains.
export { createLogReads, createLogs, type LogReads, type Logs } from "./logs.ts";
export type { ProblemOptions, SlowLogOptions } from "./list-logs.ts";
export type { LogEntry, LogRecord, NewLogRecord } from "./log-record.ts";
export type { LogFilter, LogListOptions, LogRange } from "./log-selection.ts";
export type { LogFollowOptions, LogStreamOptions } from "./read-forward.ts";
export { createLogWriter, type LogWriter, type LogWriterStatistics } from "./log-writer.ts";
export type { DropReason, LogOverflow, LogWriterOptions } from "./log-writer-options.ts";
export type { LogRow } from "./log-record.ts";
