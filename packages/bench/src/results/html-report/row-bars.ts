// Bars lying one beneath the other, each with its name above it, an interval across it and a bound as an upright stroke: a drawing that stays
// legible on a telephone. Ratios and shares are drawn so. It knows nothing of what the values mean.
import type { EChartsOption } from "echarts";
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from "echarts/types/dist/shared";
import type { Interval } from "../../measuring/resampling.ts";
import { AXIS, COLOR, type Drawing } from "./chart.ts";

/** One bar. */
export interface RowBar {
  readonly name: string;
  readonly value: number;
  /** Stands at the right end above the bar. */
  readonly text: string;
  readonly color: string;
  readonly interval?: Interval | undefined;
  /** An upright stroke. */
  readonly bound?: number | undefined;
}

/** How far the axis goes, and where it has strokes. */
export interface RowBarAxis {
  readonly max: number;
  /** Bars lie on a track up to here. */
  readonly track?: number | undefined;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

const LINE = 17;
const BAR = 12;
const GAP = 20;
const MARGIN = 6;
/** Of 13 px, on average; rather too wide. */
const CHARACTER = 7;

/** Words of a name on as many lines as it needs. */
function wrap(name: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && (last.length + word.length + 1) * CHARACTER <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

interface PlacedBar extends RowBar {
  readonly lines: readonly string[];
  /** Pixels from the upper edge. */
  readonly top: number;
}

function place(bars: readonly RowBar[], width: number): readonly PlacedBar[] {
  let top = MARGIN;
  return bars.map((bar) => {
    const room = width - 2 * MARGIN;
    const isBeside = (bar.name.length + bar.text.length + 4) * CHARACTER <= room;
    const lines = isBeside ? [bar.name] : [...wrap(bar.name, room), ""];
    const placed = { ...bar, lines, top };
    top += lines.length * LINE + BAR + GAP;
    return placed;
  });
}

/** One bar as shapes; `x` turns a value into pixels. */
function shapesOf(bar: PlacedBar, axis: RowBarAxis, x: (value: number) => number) {
  const barTop = bar.top + bar.lines.length * LINE + 4;
  const middle = barTop + BAR / 2;
  const right = x(axis.max);
  const { bound } = bar;
  const end = Math.min(bar.value, axis.max);
  const rect = (value: number, fill: string) => ({
    type: "rect" as const,
    shape: { x: x(0), y: barTop, width: Math.max(1, x(value) - x(0)), height: BAR, r: 3 },
    style: { fill },
  });
  const stroke = (
    from: readonly [number, number],
    to: readonly [number, number],
    color: string,
    width: number,
  ) => ({
    type: "line" as const,
    shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
    style: { stroke: color, lineWidth: width },
  });
  const words = (text: string, at: number, line: number, align: "left" | "right") => ({
    type: "text" as const,
    style: {
      text,
      x: at,
      y: bar.top + line * LINE,
      fill: COLOR.text,
      fontSize: 13,
      fontFamily: "inherit",
      textAlign: align,
    },
  });
  const upTo = (value: number): number => x(Math.min(value, axis.max));
  const low = upTo(bar.interval?.[0] ?? 0);
  const high = upTo(bar.interval?.[1] ?? 0);
  return [
    ...bar.lines.flatMap((text, line) => (text === "" ? [] : [words(text, x(0), line, "left")])),
    words(bar.text, right, bar.lines.length - 1, "right"),
    ...(axis.track === undefined ? [] : [rect(axis.track, COLOR.track)]),
    ...(Number.isFinite(end) ? [rect(end, bar.color)] : []),
    ...(bar.interval === undefined
      ? []
      : [
          stroke([low, middle], [high, middle], COLOR.text, 1.5),
          stroke([low, middle - 4], [low, middle + 4], COLOR.text, 1.5),
          stroke([high, middle - 4], [high, middle + 4], COLOR.text, 1.5),
        ]),
    ...(bound === undefined
      ? []
      : (
          [
            // Set off from the bar it may lie on.
            [COLOR.card, 6],
            [COLOR.bound, 2.5],
          ] as const
        ).map(([color, wide]) =>
          stroke([upTo(bound), barTop - 4], [upTo(bound), barTop + BAR + 4], color, wide),
        )),
  ];
}

/** Draws bars one beneath the other, in the order given. */
export function drawRowBars(bars: readonly RowBar[], axis: RowBarAxis, width: number): Drawing {
  const placed = place(bars, width);
  const last = placed.at(-1);
  const bottom = last === undefined ? MARGIN : last.top + last.lines.length * LINE + BAR + GAP;
  const option: EChartsOption = {
    grid: { left: MARGIN, right: MARGIN + 4, top: 0, bottom: 26 },
    xAxis: {
      ...AXIS,
      type: "value",
      min: 0,
      max: axis.max,
      axisLabel: {
        ...AXIS.axisLabel,
        customValues: [...axis.ticks],
        formatter: axis.format,
        alignMinLabel: "left",
        alignMaxLabel: "right",
      },
      splitLine: { show: false },
    },
    yAxis: { type: "value", min: 0, max: 1, show: false },
    series: [
      {
        type: "custom",
        silent: true,
        data: placed.map((_, row) => [row]),
        encode: { x: -1, y: -1 },
        renderItem: (
          params: { dataIndex: number },
          api: CustomSeriesRenderItemAPI,
        ): CustomSeriesRenderItemReturn => {
          const bar = placed[params.dataIndex];
          const x = (value: number): number => api.coord([value, 0])[0] ?? 0;
          return { type: "group", children: bar === undefined ? [] : shapesOf(bar, axis, x) };
        },
      },
    ],
  };
  return { height: bottom + 26, option };
}
