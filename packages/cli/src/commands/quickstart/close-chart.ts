// A chart of closing prices as lines of text. Where there are more bars than columns, each stretch of bars is drawn by its
// lowest and its highest close, in the order in which they came: no extreme is lost.
import { plot } from "asciichart";
import type { BarColumns } from "@app/repositories";
import { formatCount, formatMinute, formatPrice } from "../../terminal/number-format.ts";

const HEIGHT = 8;
const MOST_POINTS = 160;

/** A chart and what it shows. */
export interface CloseChart {
  readonly title: string;
  readonly text: string;
}

/** Bars per stretch, a round number of them. */
function stretchLength(bars: number, stretches: number): number {
  const length = Math.ceil(bars / Math.max(1, stretches));
  return length <= 5 ? length : Math.ceil(length / 5) * 5;
}

/** @returns lowest and highest close of each stretch, the earlier one first */
function extremes(closes: Float64Array, length: number): number[] {
  const points: number[] = [];
  for (let start = 0; start < closes.length; start += length) {
    const stretch = closes.subarray(start, start + length);
    const low = Math.min(...stretch);
    const high = Math.max(...stretch);
    points.push(...(stretch.indexOf(low) < stretch.indexOf(high) ? [low, high] : [high, low]));
  }
  return points;
}

/** @param width columns the chart may take; below 40 it takes more */
export function closeChart(bars: BarColumns, width: number): CloseChart {
  const { length, close, time } = bars;
  if (length === 0) return { title: "No bars to draw", text: "" };
  const labelWidth = 2 + Math.max(...[...close].map((price) => formatPrice(price).length));
  const room = Math.min(MOST_POINTS, Math.max(width, 40) - labelWidth - 2);
  const isWhole = length <= room;
  const stretch = isWhole ? 1 : stretchLength(length, Math.floor(room / 2));
  const points = isWhole ? [...close] : extremes(close, stretch);
  const lines = plot(points, { height: HEIGHT, format: (value) => formatPrice(value).padStart(labelWidth) });

  const minute = (index: number): string =>
    formatMinute(Temporal.Instant.fromEpochMilliseconds((time[index] ?? 0) / 1_000));
  const [first, last] = [minute(0), minute(length - 1)];
  const axis = `${" ".repeat(labelWidth + 1)}${first}${last.padStart(Math.max(last.length + 2, points.length - first.length))}`;
  return {
    title: isWhole
      ? `Closes of the last ${formatCount(length)} bars`
      : `Closes of the last ${formatCount(length)} bars: low and high of each ${stretch}`,
    text: `${[...lines.split("\n"), axis].map((line) => line.trimEnd()).join("\n")}\n`,
  };
}
