// The bars of one instrument over all days: minutes, and days made of the minutes. Instruments with sessions have all indicators,
// as an importer computes them; the others have none, as after an import without. Knows no server.
import { type BarColumns, computeIndicators, type IndicatorColumns } from "@app/repositories";
import type { Timeframe } from "@app/schema/vocabulary";
import type { SeedProfile } from "../seed-profile.ts";
import type { DayBars, PricePath } from "./price-path.ts";
import { MINUTE_MICROSECONDS, sessionOn, startOfDay } from "./trading-session.ts";

/** Bars of one timeframe, in prices and units. */
export interface BarSeries {
  readonly timeframe: Timeframe;
  readonly microseconds: number;
  readonly bars: BarColumns;
  readonly tradeCount: Int32Array;
  readonly indicators: IndicatorColumns | undefined;
}

/** @returns how many minutes of a day have bars */
export function minutesWithBars(profile: SeedProfile, day: number, sessionMinutes: number): number {
  return day >= profile.days - profile.fullDays
    ? sessionMinutes
    : Math.min(sessionMinutes, profile.minutesOfOlderDay);
}

interface Growing {
  readonly bars: BarColumns;
  readonly tradeCount: Int32Array;
}

function createColumns(length: number): Growing {
  const column = (): Float64Array => new Float64Array(length);
  return {
    bars: {
      length,
      time: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    },
    tradeCount: new Int32Array(length),
  };
}

/** Puts the first minutes of a day behind those of the days before. */
function addMinutes(into: Growing, at: number, day: DayBars, minutes: number, ticksPerUnit: number): void {
  const { bars, tradeCount } = into;
  for (let minute = 0; minute < minutes; minute += 1) {
    const to = at + minute;
    bars.time[to] = day.time[minute] ?? 0;
    // Divided, not multiplied: the nearest double to the decimal price.
    bars.open[to] = (day.open[minute] ?? 0) / ticksPerUnit;
    bars.high[to] = (day.high[minute] ?? 0) / ticksPerUnit;
    bars.low[to] = (day.low[minute] ?? 0) / ticksPerUnit;
    bars.close[to] = (day.close[minute] ?? 0) / ticksPerUnit;
    bars.volume[to] = day.volume[minute] ?? 0;
    tradeCount[to] = day.tradeCount[minute] ?? 0;
  }
}

function addDay(into: Growing, at: number, time: number, day: DayBars, ticksPerUnit: number): void {
  let high = 0;
  let low = Number.MAX_SAFE_INTEGER;
  let volume = 0;
  let trades = 0;
  for (let minute = 0; minute < day.length; minute += 1) {
    high = Math.max(high, day.high[minute] ?? 0);
    low = Math.min(low, day.low[minute] ?? 0);
    volume += day.volume[minute] ?? 0;
    trades += day.tradeCount[minute] ?? 0;
  }
  const { bars, tradeCount } = into;
  bars.time[at] = time;
  bars.open[at] = (day.open[0] ?? 0) / ticksPerUnit;
  bars.high[at] = high / ticksPerUnit;
  bars.low[at] = low / ticksPerUnit;
  bars.close[at] = (day.close[day.length - 1] ?? 0) / ticksPerUnit;
  bars.volume[at] = Number(volume.toFixed(4));
  tradeCount[at] = trades;
}

/** @returns the minute bars and the daily bars of an instrument, oldest first */
export function barSeriesOf(
  path: PricePath,
  profile: SeedProfile,
  firstDay: Temporal.PlainDate,
): readonly BarSeries[] {
  const { venue, priceDecimals } = path.instrument;
  const ticksPerUnit = 10 ** priceDecimals;
  const sessions = Array.from({ length: profile.days }, (_, day) => {
    const session = sessionOn(venue, firstDay.add({ days: day }));
    return session === undefined ? 0 : minutesWithBars(profile, day, session.minutes);
  });
  const open = sessions.filter(
    (_, day) => sessionOn(venue, firstDay.add({ days: day })) !== undefined,
  ).length;
  const minutes = createColumns(sessions.reduce((sum, count) => sum + count, 0));
  const days = createColumns(open);
  const withIndicators = venue.session !== "always";
  let minuteAt = 0;
  let dayAt = 0;
  for (const [day, count] of sessions.entries()) {
    const bars = path.barsOn(day);
    if (bars === undefined) continue;
    addMinutes(minutes, minuteAt, bars, count, ticksPerUnit);
    minuteAt += count;
    addDay(days, dayAt, startOfDay(firstDay.add({ days: day })), bars, ticksPerUnit);
    dayAt += 1;
  }
  return [
    {
      ...minutes,
      timeframe: "1m",
      microseconds: MINUTE_MICROSECONDS,
      indicators: withIndicators ? computeIndicators("1m", minutes.bars) : undefined,
    },
    {
      ...days,
      timeframe: "1d",
      microseconds: 1_440 * MINUTE_MICROSECONDS,
      indicators: withIndicators ? computeIndicators("1d", days.bars) : undefined,
    },
  ];
}
