// What other commands of this repository show in a terminal, so that all of them look alike.
export type { CommandIo } from "../command-io.ts";
export { type Column, fittedTable } from "./fitted-table.ts";
export { formatCompact, formatCount, formatDuration } from "./number-format.ts";
export { createProgress, type Progress, type ProgressState } from "./progress.ts";
