// How far a figure could have come out otherwise: intervals by resampling whole rounds, the percentile bootstrap of Efron and Tibshirani
// (An Introduction to the Bootstrap, 1993, chapter 13). Not BCa: its acceleration is taken from leaving out one value at a time, which for
// a median changes next to nothing (chapter 11.6). Rounds are drawn and not single calls, since calls of one round are alike.
// Invariant: the same samples give the same interval; the draws begin with one seed.
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { median, quantile } from "./quantile.ts";

/** Both ends included. */
export type Interval = readonly [low: number, high: number];

/**
 * Rounds from which on an interval holds what it says: of nine values, the second smallest to the second largest enclose the median with
 * 1 - 20/512 = 96 %; of five, even the smallest to the largest do so with 94 % only.
 */
export const ENOUGH_ROUNDS = 9;

const RESAMPLES = 2_000;
const SEED = 20_130_115;
const SHARE_BELOW = 0.025;

/** @returns the middle 95 % of a statistic over draws of as many of the rounds, with replacement; undefined for fewer than two rounds */
function resample(rounds: number, statistic: (drawn: readonly number[]) => number): Interval | undefined {
  if (rounds < 2) return undefined;
  const generator = xoroshiro128plus(SEED);
  const drawOne = (): number => uniformInt(generator, 0, rounds - 1);
  const statistics = Array.from({ length: RESAMPLES }, () =>
    statistic(Array.from({ length: rounds }, drawOne)),
  );
  const interval: Interval = [quantile(statistics, SHARE_BELOW), quantile(statistics, 1 - SHARE_BELOW)];
  return interval.every((end) => Number.isFinite(end)) ? interval : undefined;
}

/**
 * The interval of 95 % of the median of one value per round.
 * @returns undefined for fewer than two values, or where one is no number
 */
export function intervalOfMedian(values: readonly number[]): Interval | undefined {
  return resample(values.length, (drawn) => median(drawn.map((round) => values[round] ?? Number.NaN)));
}

/**
 * The interval of 95 % of a quantile of the calls of all rounds together.
 * @param share 0 to 1
 * @returns undefined for fewer than two rounds, or where a round has no calls
 */
export function intervalOfQuantile(
  rounds: readonly (readonly number[])[],
  share: number,
): Interval | undefined {
  if (rounds.some(({ length }) => length === 0)) return undefined;
  const falling = rounds
    .flatMap((calls, round) => calls.map((time) => ({ time, round })))
    .toSorted((one, other) => other.time - one.time);
  return resample(rounds.length, (drawn) => {
    const times = new Uint32Array(rounds.length);
    for (const round of drawn) times[round] = (times[round] ?? 0) + 1;
    const calls = rounds.reduce((sum, { length }, round) => sum + length * (times[round] ?? 0), 0);
    return quantileOfDrawn(falling, times, calls, share);
  });
}

/** The quantile of calls that each count as often as their round was drawn; from the largest on, so that a high one is near. */
function quantileOfDrawn(
  falling: readonly { readonly time: number; readonly round: number }[],
  times: Uint32Array,
  calls: number,
  share: number,
): number {
  const place = (calls - 1) * share;
  let larger = 0;
  let above: number | undefined;
  for (const { time, round } of falling) {
    larger += times[round] ?? 0;
    if (above === undefined && larger > calls - 1 - Math.ceil(place)) above = time;
    if (larger > calls - 1 - Math.floor(place)) {
      return time + ((above ?? time) - time) * (place - Math.floor(place));
    }
  }
  return Number.NaN;
}
