// The price of an instrument over time. Days first: their closing prices follow GARCH(1,1) from the first day on. Then the
// minutes of any one day, made of that day's own random numbers and bent so that they end where the day ends; so any day can be
// made without the days before it. Within a day volatility clusters too, and both it and volume are high at the open and the
// close. Source of the U over a session: Jain and Joh (1988), Journal of Financial and Quantitative Analysis 23.
// Invariant: prices are whole ticks, low <= open, close <= high.
import { randomStream } from "../random-stream.ts";
import { createGarch } from "./garch.ts";
import type { Instrument } from "./instrument.ts";
import { MINUTE_MICROSECONDS, sessionOn } from "./trading-session.ts";

/** Part of a day's deviation that passes between two sessions. */
const OVERNIGHT = 0.35;

/** Minute bars of one day in whole ticks and units, oldest first. */
export interface DayBars {
  readonly length: number;
  /** Opening of each bar, microseconds since 1970. */
  readonly time: Float64Array;
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  /** In units of the instrument, whole lots. */
  readonly volume: Float64Array;
  readonly tradeCount: Int32Array;
}

/** Prices of one instrument. */
export interface PricePath {
  readonly instrument: Instrument;
  /** Bars of a day, counted from the first; undefined where the venue is closed. */
  barsOn(this: void, day: number): DayBars | undefined;
}

/**
 * How lively each minute of a session is; the squares have a mean of 1.
 * @param depth how much livelier the ends are than the middle
 */
export function livelinessOf(minutes: number, depth: number): Float64Array {
  const shape = new Float64Array(minutes);
  let squares = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const fromMiddle = Math.abs((2 * (minute + 0.5)) / minutes - 1);
    const value = 1 + depth * fromMiddle ** 3;
    shape[minute] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares / minutes);
  return shape.map((value) => value / norm);
}

/** Closing levels of each day, logarithmic, and each day's deviation. */
interface Days {
  readonly level: Float64Array;
  readonly deviation: Float64Array;
}

function makeDays(
  instrument: Instrument,
  seed: number,
  days: number,
  isOpen: (day: number) => boolean,
): Days {
  const random = randomStream(seed, "days", instrument.symbol);
  const garch = createGarch(instrument.dailyVolatility ** 2);
  const level = new Float64Array(days + 1);
  const deviation = new Float64Array(days + 1);
  const start = Math.log(instrument.firstPrice);
  level[0] = start;
  for (let day = 1; day <= days; day += 1) {
    const before = level[day - 1] ?? start;
    level[day] = before;
    if (!isOpen(day - 1)) continue;
    deviation[day] = garch.deviation;
    const surprise = garch.deviation * random.normal();
    garch.take(surprise);
    // Drawn back a little, so that seven years end at believable prices.
    level[day] = before + surprise + 0.002 * (start - before);
  }
  return { level, deviation };
}

/**
 * @param firstDay the first day of history
 * @param days how many there are
 */
export function createPricePath(
  instrument: Instrument,
  seed: number,
  firstDay: Temporal.PlainDate,
  days: number,
): PricePath {
  const { venue } = instrument;
  const isContinuous = venue.session === "always";
  const sessionAt = (day: number) => sessionOn(venue, firstDay.add({ days: day }));
  const { level, deviation } = makeDays(
    instrument,
    seed,
    days,
    (day) => isContinuous || firstDay.add({ days: day }).dayOfWeek <= 5,
  );
  const ticksPerUnit = 10 ** instrument.priceDecimals;
  const lotsPerUnit = 10 ** instrument.quantityDecimals;
  const lively = livelinessOf(isContinuous ? 1_440 : venue.session.minutes, isContinuous ? 0.4 : 1.6);
  const tick = (logarithm: number): number => Math.max(2, Math.round(Math.exp(logarithm) * ticksPerUnit));

  function returnsOf(
    day: number,
    minutes: number,
  ): { readonly values: Float64Array; readonly opening: number } {
    const random = randomStream(seed, "minutes", instrument.symbol, day);
    const from = level[day] ?? 0;
    const wanted = (level[day + 1] ?? from) - from;
    const daily = deviation[day + 1] ?? 0;
    const opening = isContinuous ? 0 : OVERNIGHT * daily * random.normal();
    const within = Math.sqrt(Math.max(0, 1 - (isContinuous ? 0 : OVERNIGHT ** 2)));
    const garch = createGarch((daily * within) ** 2 / minutes);
    const values = new Float64Array(minutes);
    let sum = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const surprise = garch.deviation * random.normal();
      garch.take(surprise);
      values[minute] = surprise * (lively[minute] ?? 1);
      sum += values[minute] ?? 0;
    }
    const bend = (wanted - opening - sum) / minutes;
    for (let minute = 0; minute < minutes; minute += 1) values[minute] = (values[minute] ?? 0) + bend;
    return { values, opening };
  }

  function barsOn(day: number): DayBars | undefined {
    const session = sessionAt(day);
    if (session === undefined) return undefined;
    const { minutes, opensAt } = session;
    const { values, opening } = returnsOf(day, minutes);
    const random = randomStream(seed, "bars", instrument.symbol, day);
    const typical = (deviation[day + 1] ?? 0) / Math.sqrt(minutes);
    const bars = {
      length: minutes,
      time: new Float64Array(minutes),
      open: new Int32Array(minutes),
      high: new Int32Array(minutes),
      low: new Int32Array(minutes),
      close: new Int32Array(minutes),
      volume: new Float64Array(minutes),
      tradeCount: new Int32Array(minutes),
    };
    let at = (level[day] ?? 0) + opening;
    let last = tick(at);
    for (let minute = 0; minute < minutes; minute += 1) {
      const step = values[minute] ?? 0;
      at += step;
      const open = last;
      const close = tick(at);
      // How far a minute strays beyond its ends: as far as it moves, in the mean.
      const stray = (Math.abs(step) + typical) * 0.5 * ticksPerUnit * Math.exp(at);
      const high = Math.max(open, close) + Math.round(stray * random.uniform());
      const low = Math.max(1, Math.min(open, close) - Math.round(stray * random.uniform()));
      const surge = typical === 0 ? 1 : 0.4 + 0.6 * Math.min(8, Math.abs(step) / typical);
      const share = (lively[minute] ?? 1) ** 2 * surge * (0.3 + 1.4 * random.uniform());
      const volume = Math.max(1, Math.round(instrument.minuteVolume * share * lotsPerUnit)) / lotsPerUnit;
      bars.time[minute] = opensAt + minute * MINUTE_MICROSECONDS;
      bars.open[minute] = open;
      bars.high[minute] = high;
      bars.low[minute] = low;
      bars.close[minute] = close;
      bars.volume[minute] = volume;
      bars.tradeCount[minute] = 1 + Math.round(20 * share);
      last = close;
    }
    return bars;
  }

  return { instrument, barsOn };
}
