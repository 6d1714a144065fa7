// Figures, intervals and bounds as a person reads them; the same on the terminal, in Markdown and in HTML. No judgement.
import type { Bound, Finding } from "../measuring/finding.ts";
import type { Interval } from "../measuring/resampling.ts";

/** Three digits that matter; what is no number is said to be none. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "no number";
  if (value === 0) return "0";
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(6, Math.max(0, 3 - Math.max(whole, -2))));
}

const withUnit = (text: string, unit: Finding["unit"]): string =>
  unit === "ratio" || text === "no number" ? text : `${text} ${unit}`;

/** A figure with its unit; a ratio has none. */
export function formatFigure(value: number, unit: Finding["unit"]): string {
  return withUnit(formatNumber(value), unit);
}

/** Both ends without the unit; a dash where there is no interval. */
export function formatInterval(interval: Interval | undefined): string {
  return interval === undefined ? "–" : `${formatNumber(interval[0])} to ${formatNumber(interval[1])}`;
}

/** What the figure may be. */
export function formatBound({ kind, value }: Bound, unit: Finding["unit"]): string {
  return `${kind} ${withUnit(String(value), unit)}`;
}

const percent = (share: number): string => {
  const points = Math.abs(share) * 100;
  return `${points < 10 ? points.toFixed(1) : points.toFixed(0)} %`;
};

/** How far a figure lies beyond or within its bound, in percent of the bound; of a bound of 0, which has none, as it is. */
export function formatDistance(figure: number, { kind, value }: Bound): string {
  if (!Number.isFinite(figure)) return "not measured";
  if (value === 0) return `${formatNumber(Math.abs(figure))} ${figure > 0 ? "over" : "below"}`;
  const beyond = (figure - value) / value;
  if (kind === "at least") return beyond < 0 ? `${percent(beyond)} short` : `${percent(beyond)} above`;
  // A figure that must stay under its bound and equals it lies 0 % over.
  const isOver = kind === "under" ? beyond >= 0 : beyond > 0;
  return `${percent(beyond)} ${isOver ? "over" : "below"}`;
}

/** A share of a whole. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : "no number";
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in the largest unit that leaves at least one whole. */
export function formatBytes(bytes: number): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${power === 0 ? bytes : formatNumber(bytes / 1_024 ** power)} ${SIZES[power] ?? "B"}`;
}

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number with separators. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? GROUPED.format(value) : "no number";
}

/** To the minute, in UTC. */
export function formatInstant(iso: string): string {
  return `${Temporal.Instant.from(iso).toString({ smallestUnit: "minute" }).replace("T", " ").replace("Z", "")} UTC`;
}
