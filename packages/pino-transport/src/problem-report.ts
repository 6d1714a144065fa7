// Tells of problems on standard error: there a person looks when the log itself is silent. One line at once, then at most one
// in half a minute. Invariant: it never throws, and repeats no record and no address with a password.
import { writeSync } from "node:fs";
import type { LogWriterStatistics } from "@app/repositories/logs";

/** Milliseconds between two reports. */
const QUIET = 30_000;

const STANDARD_ERROR = 2;

/** Tells of problems. */
export type ProblemReport = (problem: string, statistics: LogWriterStatistics) => void;

/** @returns a report that writes a line now and then; silent where nobody wants it */
export function createProblemReport(isWanted: boolean): ProblemReport {
  let last = Number.NEGATIVE_INFINITY;
  return (problem, { buffered, dropped, rejected }) => {
    const now = performance.now();
    if (!isWanted || now - last < QUIET) return;
    last = now;
    const line = `pino-transport: ${problem.replaceAll(/\s+/gu, " ")} (${buffered} lines buffered, ${dropped} dropped, ${rejected} refused)\n`;
    try {
      // Not process.stderr: in a worker that goes by way of the main thread, which may be ending.
      writeSync(STANDARD_ERROR, line);
    } catch {
      // Standard error is closed or full.
    }
  };
}
