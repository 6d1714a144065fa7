// Tells from a sample whether a file's bars can have the timeframe they are said to have. Judges the file as a whole;
// a single bar too close to its neighbour is refused where it stands.
import { leastSpacing, timeframeMicroseconds, timeframes } from "@app/repositories";
import type { Timeframe } from "@app/schema/vocabulary";
import { BarFileError } from "./bar-file-error.ts";

/** Of the gaps in the sample, this part must be too short before the whole file is refused. */
const NEARLY_ALL = 0.9;
/** One short gap may be a misprint. */
const FEWEST_GAPS = 2;

const SECOND = 1_000_000;

const UNITS: readonly (readonly [name: string, length: number])[] = [
  ["d", 86_400 * SECOND],
  ["h", 3_600 * SECOND],
  ["min", 60 * SECOND],
];

function describe(spacing: number): string {
  const [name, length] = UNITS.find((unit) => spacing % unit[1] === 0) ?? ["s", SECOND];
  return `${spacing / length} ${name}`;
}

function timeframeOf(spacing: number): string | undefined {
  return timeframes.find((name) => timeframeMicroseconds(name) === spacing);
}

/**
 * @param times openings of the first bars, in any order, NaN where a row has none
 * @throws BarFileError naming the spacing found, where nearly all lie closer together than bars of the timeframe can
 */
export function checkSpacing(times: Iterable<number>, timeframe: Timeframe): void {
  const sorted = [...new Set(times)].filter((time) => !Number.isNaN(time)).toSorted((a, b) => a - b);
  const gaps = sorted
    .slice(1)
    .map((time, index) => time - (sorted[index] ?? 0))
    .toSorted((a, b) => a - b);
  const short = gaps.filter((gap) => gap < leastSpacing(timeframe)).length;
  if (gaps.length < FEWEST_GAPS || short < gaps.length * NEARLY_ALL) return;
  const usual = gaps[Math.floor(gaps.length / 2)] ?? 0;
  const right = timeframeOf(usual);
  throw new BarFileError(
    `holds bars ${describe(usual)} apart, too close for ${timeframe} bars; ` +
      (right === undefined ? "name their own timeframe." : `import it with --timeframe ${right}.`),
  );
}
