// What an import did, for a person and for a program. Prints nothing.
import { basename } from "node:path";
import { formatCount, formatDuration } from "../../terminal/number-format.ts";
import type { ImportReport } from "./run-import.ts";

const LONGEST_LIST = 6;

function plural(count: number, one: string): string {
  return `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;
}

/** @returns "45,031 new bars", "45,031 bars already there, 0 new" and the like */
export function describeCounts(report: Pick<ImportReport, "inserted" | "updated" | "unchanged">): string {
  const { inserted, updated, unchanged } = report;
  if (updated === 0 && unchanged === 0) return plural(inserted, "new bar");
  const changed = updated === 0 ? "" : `, ${formatCount(updated)} revised`;
  return `${plural(unchanged, "bar")} already there, ${formatCount(inserted)} new${changed}`;
}

function describeNoVolume({ updated, unchanged }: ImportReport): string {
  return updated + unchanged === 0
    ? "no volume column: volume is 0, OBV and VWAP stay empty"
    : "no volume column: bars already there keep their volume, new ones have 0";
}

function describeRefusals(report: ImportReport): string[] {
  if (report.refused === 0) return [];
  const rest = report.refused - report.firstRefusals.length;
  return [
    `${plural(report.refused, "row")} refused, kept with the reasons in ${report.rejectsPath}:`,
    ...report.firstRefusals.map(
      ({ number, reason }) => `  ${report.counts} ${formatCount(number)}: ${reason}`,
    ),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more`] : []),
  ];
}

/** @returns the report as lines of text */
export function describeImport(report: ImportReport): string {
  const { series, unusedColumns } = report;
  const seconds = report.milliseconds / 1_000;
  const stored = report.inserted + report.updated + report.unchanged;
  const read =
    report.rows === "trades" ? `${plural(report.accepted, "trade")} made ${plural(stored, "bar")}: ` : "";
  const unused =
    unusedColumns.slice(0, LONGEST_LIST).join(", ") + (unusedColumns.length > LONGEST_LIST ? ", ..." : "");
  const lines = [
    `${basename(report.path)} -> ${series.exchange} ${series.symbol} ${series.timeframe}`,
    `${read}${describeCounts(report)}, in ${formatDuration(report.milliseconds)} (${formatCount(report.accepted / Math.max(seconds, 0.001))} rows/s)`,
    ...(report.hasVolume ? [] : [describeNoVolume(report)]),
    ...(unusedColumns.length > 0 ? [`columns not read: ${unused}`] : []),
    ...(report.indicators ? [] : ["indicators not computed"]),
    ...(report.refreshed > 0
      ? [`indicators of ${plural(report.refreshed, "stored bar")} brought up to date`]
      : []),
    ...describeRefusals(report),
  ];
  return `${lines.join("\n")}\n`;
}

/** @returns one sentence for a file that could not be read to its end */
export function describeDamage(report: ImportReport): string | undefined {
  if (report.damage === undefined) return undefined;
  const { reason, lastNumber } = report.damage;
  return (
    `${report.path} is damaged: ${reason} (read up to ${report.counts} ${formatCount(lastNumber)}). ` +
    (report.onlyMissing
      ? "Any of its rows may be wrong: they filled only what was missing, and no stored bar was changed. "
      : "The good rows before that are stored. ") +
    "Get the file again and repeat the import."
  );
}

/** @returns what is said after "Interrupted." */
export function describeInterrupted(stored: number): string {
  return stored === 0
    ? " No bar is confirmed as stored yet."
    : ` ${plural(stored, "bar")} of the file ${stored === 1 ? "is" : "are"} stored for good; the same command again goes on from there.`;
}

/** @returns the report as a document for --json */
export function importDocument(report: ImportReport): object {
  const { series, milliseconds, rejectsPath, refused, damage, ...rest } = report;
  return {
    ...rest,
    ...series,
    refused,
    rejectsFile: refused > 0 ? rejectsPath : null,
    damage: damage ?? null,
    seconds: Number((milliseconds / 1_000).toFixed(3)),
  };
}
