import { expect, it } from "vitest";
import { createSeedHistory } from "../seed-history.ts";
import { seedProfiles } from "../seed-profile.ts";
import { cryptoVenue, equityVenue, type Instrument, type Venue } from "./instrument.ts";
import type { DayBars } from "./price-path.ts";
import { MINUTE_MICROSECONDS } from "./trading-session.ts";

const END = Temporal.PlainDate.from("2026-11-26");
const history = createSeedHistory(seedProfiles.smoke, 1, END);

function daysOf(
  venue: Venue,
): readonly { readonly instrument: Instrument; readonly day: number; readonly bars: DayBars }[] {
  return [...history.paths.values()]
    .filter(({ instrument }) => instrument.venue === venue)
    .flatMap(({ instrument, barsOn }) =>
      Array.from({ length: history.profile.days }, (_, day) => ({ instrument, day, bars: barsOn(day) })),
    )
    .flatMap(({ bars, ...rest }) => (bars === undefined ? [] : [{ ...rest, bars }]));
}

/** How alike a series and itself a step later are, from -1 to 1. */
function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviations = values.map((value) => value - mean);
  const variance = deviations.reduce((sum, value) => sum + value * value, 0);
  let together = 0;
  for (let index = 1; index < deviations.length; index += 1) {
    together += (deviations[index] ?? 0) * (deviations[index - 1] ?? 0);
  }
  return together / variance;
}

it("keeps every price on the tick grid, and within its bar", () => {
  for (const venue of [equityVenue, cryptoVenue]) {
    const days = daysOf(venue);
    expect(days.length).toBeGreaterThan(20);
    for (const { bars } of days) {
      for (let at = 0; at < bars.length; at += 1) {
        const [open = 0, high = 0, low = 0, close = 0] = [
          bars.open[at],
          bars.high[at],
          bars.low[at],
          bars.close[at],
        ];
        if (low < 1 || low > Math.min(open, close) || high < Math.max(open, close)) {
          expect.fail(`Bar ${at} of ${JSON.stringify([open, high, low, close])} is none.`);
        }
      }
    }
  }
});

it("opens New York at half past nine there, on weekdays, and the crypto exchange never closes", () => {
  const newYork = daysOf(equityVenue).filter(({ instrument }) => instrument.symbol === "EQ001");
  expect(newYork).toHaveLength(10);
  for (const { bars } of newYork) {
    const opens = Temporal.Instant.fromEpochMilliseconds((bars.time[0] ?? 0) / 1_000).toZonedDateTimeISO(
      "America/New_York",
    );
    expect([opens.toPlainTime().toString(), opens.dayOfWeek <= 5, bars.length]).toEqual([
      "09:30:00",
      true,
      390,
    ]);
  }
  const coin = daysOf(cryptoVenue).filter(({ instrument }) => instrument.symbol === "C01-USDT");
  const times = coin.flatMap(({ bars }) => [...bars.time]);
  expect(times).toHaveLength(14 * 1_440);
  expect(times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) === MINUTE_MICROSECONDS)).toBe(
    true,
  );
});

it("opens the session an hour later by UTC in winter than in summer", () => {
  const opening = (end: string): string => {
    const path = [
      ...createSeedHistory(seedProfiles.smoke, 1, Temporal.PlainDate.from(end)).paths.values(),
    ][0];
    const bars = path?.barsOn(13);
    return Temporal.Instant.fromEpochMilliseconds((bars?.time[0] ?? 0) / 1_000)
      .toString()
      .slice(11, 16);
  };
  expect([opening("2026-07-02"), opening("2026-12-03")]).toEqual(["13:30", "14:30"]);
});

it("clusters volatility: a lively minute follows a lively one, and not where minutes are shuffled", () => {
  const squares = daysOf(cryptoVenue)
    .filter(({ instrument }) => instrument.symbol === "C01-USDT")
    .map(({ bars }) =>
      [...bars.close].slice(1).map((close, at) => Math.log(close / (bars.close[at] ?? close)) ** 2),
    );
  const within = squares.map(autocorrelation);
  expect(within.reduce((sum, value) => sum + value, 0) / within.length).toBeGreaterThan(0.08);
  // Every seventh minute beside the next seventh: the same values in another order.
  const shuffled = squares.map((values) =>
    autocorrelation(values.map((_, at) => values[(at * 701) % values.length] ?? 0)),
  );
  expect(Math.abs(shuffled.reduce((sum, value) => sum + value, 0) / shuffled.length)).toBeLessThan(0.04);
});

it("trades most at the open and the close of a session", () => {
  const minutes = new Float64Array(390);
  for (const { bars } of daysOf(equityVenue)) {
    for (let at = 0; at < 390; at += 1) minutes[at] = (minutes[at] ?? 0) + (bars.volume[at] ?? 0);
  }
  const mean = (from: number, to: number): number =>
    minutes.slice(from, to).reduce((sum, volume) => sum + volume, 0) / (to - from);
  const middle = mean(150, 240);
  expect(mean(0, 30) / middle).toBeGreaterThan(1.8);
  expect(mean(360, 390) / middle).toBeGreaterThan(1.8);
});
