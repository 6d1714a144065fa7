// Numbers, sizes and durations as a person reads them; the same on every machine, whatever its locale.

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** @returns a whole number with thousands separators */
export function formatCount(value: number): string {
  return GROUPED.format(value);
}

const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** @returns a number in three digits and a letter for its thousands, as 12.3M */
export function formatCompact(value: number): string {
  return COMPACT.format(value);
}

/** @returns a price with separators and at least two decimals, small prices with the digits they need */
export function formatPrice(value: number): string {
  const digits = value >= 1_000 ? 2 : Math.min(12, Math.max(2, 5 - Math.floor(Math.log10(value))));
  return new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: digits }).format(
    value,
  );
}

/** @returns milliseconds to two decimals, or seconds from 10 s on */
export function formatDuration(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return milliseconds >= 1_000 ? `${(milliseconds / 1_000).toFixed(2)} s` : `${milliseconds.toFixed(2)} ms`;
}

/** @returns an instant to the minute in UTC */
export function formatMinute(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: "minute" }).replace("T", " ").replace("Z", "");
}
