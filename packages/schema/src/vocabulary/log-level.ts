// Severity of a log record, least to most severe; the names are those of pino.
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Severity of a log record. */
export type LogLevel = (typeof logLevels)[number];
