// What the transport can be told. Options reach the worker as a structured clone: data only, no functions.
import { type ConnectionSettings, InvalidInputError, parseConnection } from "@app/database";
import type { LogWriterOptions } from "@app/repositories/logs";

/** Which fields of a line fill which column: the first that is there; `req.id` is the field `id` of `req`. */
export interface FieldNames {
  /** @defaultValue component, name */
  readonly component?: readonly string[] | undefined;
  /** @defaultValue strategyId */
  readonly strategyId?: readonly string[] | undefined;
  /** @defaultValue correlationId, traceId, trace_id, requestId, reqId, req.id */
  readonly correlationId?: readonly string[] | undefined;
  /** Milliseconds. @defaultValue durationMilliseconds, durationMs, responseTime */
  readonly durationMilliseconds?: readonly string[] | undefined;
}

/** Options of the transport, given as `options` beside `target`. */
export interface PinoTransportOptions extends Pick<
  LogWriterOptions,
  "batchSize" | "flushIntervalMilliseconds" | "maxBufferedRecords" | "maxBufferedBytes"
> {
  /**
   * Address of the database. Better left to the environment: options are seen by whoever prints them.
   * @defaultValue the environment variable `databaseUrlVariable`
   */
  readonly databaseUrl?: string | undefined;
  /** @defaultValue "DATABASE_URL" */
  readonly databaseUrlVariable?: string | undefined;
  /** Component of lines that name none. @defaultValue "application" */
  readonly component?: string | undefined;
  readonly fields?: FieldNames | undefined;
  /** Where pino was told another `messageKey`. @defaultValue "msg" */
  readonly messageKey?: string | undefined;
  /** Where pino was told another `errorKey`. @defaultValue "err" */
  readonly errorKey?: string | undefined;
  /** Names of pino's `customLevels`, kept in the context of their lines as `level`. */
  readonly customLevels?: Readonly<Record<string, number>> | undefined;
  /**
   * What goes when the buffer is full. There is no waiting: pino would hold the lines in the memory of the backend.
   * @defaultValue "drop-oldest"
   */
  readonly overflow?: "drop-oldest" | "drop-newest" | undefined;
  /** Milliseconds the end of the process waits for lines to be stored, 0 to 9,000: pino gives up after 10 s. @defaultValue 8000 */
  readonly closeTimeoutMilliseconds?: number | undefined;
  /** Whether problems are written to standard error. @defaultValue true */
  readonly reportProblems?: boolean | undefined;
}

/** Options with everything decided. */
export interface DecidedOptions {
  readonly settings: ConnectionSettings;
  readonly fields: Required<{ readonly [Role in keyof FieldNames]: readonly string[] }>;
  readonly component: string;
  readonly messageKey: string;
  readonly errorKey: string;
  readonly levelNames: ReadonlyMap<number, string>;
  readonly closeTimeoutMilliseconds: number;
  readonly reportProblems: boolean;
}

const longestClose = 9_000;

const optionNames: Readonly<Record<keyof PinoTransportOptions, true>> = {
  batchSize: true,
  flushIntervalMilliseconds: true,
  maxBufferedRecords: true,
  maxBufferedBytes: true,
  databaseUrl: true,
  databaseUrlVariable: true,
  component: true,
  fields: true,
  messageKey: true,
  errorKey: true,
  customLevels: true,
  overflow: true,
  closeTimeoutMilliseconds: true,
  reportProblems: true,
};

const fieldNames: Readonly<Record<keyof FieldNames, true>> = {
  component: true,
  strategyId: true,
  correlationId: true,
  durationMilliseconds: true,
};

/** Pino and its worker add `pinoWillSendConfig` and `$context` to what a backend gives. */
const ofPino = /^(?:\$|pino)/u;

/** @throws {InvalidInputError} naming what is no option: misspelt and passed over it would be one the backend believes was taken */
function refuseUnknown(given: object, known: Readonly<Record<string, true>>, path = ""): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || ofPino.test(name) || Object.hasOwn(known, name)) continue;
    const field = `${path}${name}`;
    throw new InvalidInputError(`${field} is no option. There are: ${Object.keys(known).join(", ")}.`, {
      field,
    });
  }
}

/**
 * @throws {InvalidInputError} one sentence that repeats no secret
 */
export function decideOptions(
  options: PinoTransportOptions,
  environment: Readonly<Record<string, string | undefined>>,
): DecidedOptions {
  refuseUnknown(options, optionNames);
  refuseUnknown(options.fields ?? {}, fieldNames, "fields.");
  const variable = options.databaseUrlVariable ?? "DATABASE_URL";
  const isGiven = options.databaseUrl !== undefined;
  const closeTimeoutMilliseconds = options.closeTimeoutMilliseconds ?? 8_000;
  if (!(closeTimeoutMilliseconds >= 0 && closeTimeoutMilliseconds <= longestClose)) {
    throw new InvalidInputError(`closeTimeoutMilliseconds: it must be a number from 0 to ${longestClose}.`, {
      field: "closeTimeoutMilliseconds",
    });
  }
  const overflow: string = options.overflow ?? "drop-oldest";
  if (overflow !== "drop-oldest" && overflow !== "drop-newest") {
    throw new InvalidInputError("overflow: it must be drop-oldest or drop-newest.", { field: "overflow" });
  }
  return {
    settings: parseConnection(isGiven ? options.databaseUrl : environment[variable], {
      label: isGiven ? "the option databaseUrl" : variable,
      applicationName: "pino-transport",
    }),
    fields: {
      component: options.fields?.component ?? ["component", "name"],
      strategyId: options.fields?.strategyId ?? ["strategyId"],
      correlationId: options.fields?.correlationId ?? [
        "correlationId",
        "traceId",
        "trace_id",
        "requestId",
        "reqId",
        "req.id",
      ],
      durationMilliseconds: options.fields?.durationMilliseconds ?? [
        "durationMilliseconds",
        "durationMs",
        "responseTime",
      ],
    },
    component: options.component ?? "application",
    messageKey: options.messageKey ?? "msg",
    errorKey: options.errorKey ?? "err",
    levelNames: new Map(Object.entries(options.customLevels ?? {}).map(([name, value]) => [value, name])),
    closeTimeoutMilliseconds,
    reportProblems: options.reportProblems ?? true,
  };
}
