// A pino transport: stores the lines of a logger in system_logs, from the worker thread that pino loads it in.
// Invariant: the backend neither waits for the database nor fails with it; what cannot be stored is counted and told.
import { setImmediate } from "node:timers/promises";
import { createDatabase } from "@app/database";
import { createLogWriter, type LogWriter } from "@app/repositories/logs";
import build from "pino-abstract-transport";
import { entryOfLine } from "./entry-of-line.ts";
import { createProblemReport } from "./problem-report.ts";
import { decideOptions, type PinoTransportOptions } from "./transport-options.ts";

export type { FieldNames, PinoTransportOptions } from "./transport-options.ts";

/** Milliseconds the last statement may still take once the writer has given up. */
const DRAIN_MILLISECONDS = 500;

/**
 * Makes the transport; pino calls it in its worker.
 *
 * @example
 * const logger = pino({ transport: { target: "@app/pino-transport", options: { component: "order-router" } } });
 *
 * @throws {InvalidInputError} for options that cannot work, so that the backend fails at its start and not at night
 */
export function createPinoTransport(options: PinoTransportOptions = {}): ReturnType<typeof build> {
  const decided = decideOptions(options, process.env);
  const report = createProblemReport(decided.reportProblems);
  const database = createDatabase(decided.settings, { poolSize: 1 });
  const writer: LogWriter = createLogWriter(database, {
    batchSize: options.batchSize,
    flushIntervalMilliseconds: options.flushIntervalMilliseconds,
    maxBufferedRecords: options.maxBufferedRecords,
    maxBufferedBytes: options.maxBufferedBytes,
    overflow: options.overflow,
    onRetry: (error) => {
      report(error.message, writer.statistics);
    },
    onRejected: (_, error) => {
      report(`A line was refused: ${error.message}`, writer.statistics);
    },
    onDropped: (_, reason) => {
      report(
        reason === "overflow"
          ? "Lines are dropped, because the buffer is full."
          : "Lines were left at the end.",
        writer.statistics,
      );
    },
  });

  const stream = build(
    async (lines) => {
      lines.on("unknown", (line: string) => {
        void writer.write({ level: "info", component: decided.component, message: line });
      });
      for await (const line of lines as AsyncIterable<object>) {
        void writer.write(entryOfLine(line, decided));
      }
    },
    {
      metadata: false,
      async close() {
        await writer.close(decided.closeTimeoutMilliseconds);
        await database.close(DRAIN_MILLISECONDS);
      },
    },
  );
  // pino's logger.flush asks for it: what was logged before is stored then.
  return Object.assign(stream, {
    async flush() {
      while (stream.writableLength + stream.readableLength > 0) await setImmediate();
      await writer.flush();
    },
  });
}
