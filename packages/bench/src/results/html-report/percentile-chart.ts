// Latency by percentile, both axes logarithmic, as HdrHistogram draws it: each step to the right is a tail ten times as rare. The bound of
// the class is a line across, and it is held where the curve passes 99 %.
import type { EChartsOption } from "echarts";
import { callsOf } from "../../measuring/latency-histogram.ts";
import type { WorkloadResult } from "../bench-report.ts";
import { LATENCY_BOUNDS, nameOfClass, nameOfWorkload, type WorkloadClass } from "../judge-report.ts";
import { formatBound, formatNumber } from "../shown-figure.ts";
import { AXIS, type Chart, COLOR, type LegendEntry } from "./chart.ts";

type Point = [oneIn: number, milliseconds: number];

/** Percentiles that are named, as one call in so many. */
const NAMED = [
  [1, "0 %"],
  [2, "50 %"],
  [10, "90 %"],
  [100, "99 %"],
  [1_000, "99.9 %"],
  [10_000, "99.99 %"],
  [100_000, "99.999 %"],
] as const;

/** More curves than this cannot be told apart by colour; the slowest keep theirs. */
const COLORED = COLOR.series.length;

/** The curve of one histogram: `oneIn` is 1 / (1 - percentile), and the slowest call is one in all. */
export function percentileCurve(histogram: WorkloadResult["histogram"]): readonly Point[] {
  const calls = callsOf(histogram);
  let below = 0;
  const points = histogram.map(({ upperBound, calls: within }): Point => {
    below += within;
    return [Math.min(calls, calls / Math.max(calls - below, 1)), upperBound];
  });
  // The slowest call stands where the one before it stands.
  const apart = points.filter(([oneIn], place) => oneIn !== points[place + 1]?.[0]);
  const [first] = apart;
  return first === undefined || first[0] === 1 ? apart : [[1, first[1]], ...apart];
}

const strokeOf = ({ temperature }: WorkloadResult): LegendEntry["stroke"] =>
  temperature === "warm" ? "solid" : temperature === "cold" ? "dashed" : "dotted";

/** How each workload is drawn, the slowest first. */
export function curvesOf(
  workloads: readonly WorkloadResult[],
): readonly (LegendEntry & { readonly workload: WorkloadResult })[] {
  return workloads
    .toSorted((one, other) => other.latency.p99 - one.latency.p99)
    .map((workload, place) => ({
      workload,
      name: nameOfWorkload(workload),
      color: COLOR.series[place] ?? COLOR.muted,
      stroke: strokeOf(workload),
    }));
}

const STEPS = [1, 2, 5] as const;

/** The 1, 2 and 5 of each power of ten that enclose the values. */
function logarithmicTicks(values: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 14 }, (_, place) => place - 6);
  const all = powers.flatMap((power) => STEPS.map((step) => Number((step * 10 ** power).toPrecision(1))));
  const from = all.findLastIndex((tick) => tick <= least);
  const to = all.findIndex((tick) => tick >= most);
  return all.slice(Math.max(0, from), (to === -1 ? all.length : to) + 1);
}

/** @returns the chart of one class; undefined where no workload of it has calls */
export function percentileChart(
  workloadClass: WorkloadClass,
  workloads: readonly WorkloadResult[],
): Chart | undefined {
  const curves = curvesOf(workloads)
    .map((curve) => ({ ...curve, points: percentileCurve(curve.workload.histogram) }))
    .filter(({ points }) => points.length > 0);
  if (curves.length === 0) return undefined;
  const bound = LATENCY_BOUNDS[workloadClass];
  const times = curves.flatMap(({ points }) => points.map(([, time]) => Math.max(time, 1e-3)));
  const ticks = logarithmicTicks(bound === undefined ? times : [...times, bound.value]);
  const rarest = Math.max(...curves.flatMap(({ points }) => points.map(([oneIn]) => oneIn)));
  const named = NAMED.filter(([oneIn]) => oneIn <= rarest);
  const boundText = bound === undefined ? "" : `99 % ${formatBound(bound, "ms")}`;
  const label = `Latency of ${nameOfClass(workloadClass)} by percentile. ${curves
    .map(({ name, workload }) => `${name}: 99 % within ${formatNumber(workload.latency.p99)} ms`)
    .join("; ")}.${bound === undefined ? "" : ` Bound: ${boundText}.`}`;
  const line = (curve: (typeof curves)[number], place: number): EChartsOption["series"] => ({
    type: "line",
    name: curve.name,
    silent: true,
    showSymbol: false,
    z: COLORED - place + 3,
    data: [...curve.points],
    lineStyle: { color: curve.color, width: place < COLORED ? 2 : 1, type: curve.stroke },
  });
  return {
    label,
    draw: (width) => ({
      height: width < 500 ? 260 : 320,
      option: {
        grid: { left: 48, right: 20, top: 30, bottom: 44 },
        xAxis: {
          ...AXIS,
          type: "log",
          min: 1,
          max: rarest,
          name: "share of calls that were at least as fast",
          nameLocation: "middle",
          nameGap: 28,
          axisLabel: {
            ...AXIS.axisLabel,
            // On a narrow screen the half has no room beside nothing.
            customValues: named.map(([oneIn]) => oneIn).filter((oneIn) => oneIn !== 2 || width >= 500),
            formatter: (oneIn: number) => NAMED.find(([known]) => Math.abs(known - oneIn) < 1e-6)?.[1] ?? "",
          },
          splitLine: { show: false },
        },
        yAxis: {
          ...AXIS,
          type: "log",
          min: ticks[0] ?? 0.1,
          max: ticks.at(-1) ?? 10,
          name: "ms",
          nameLocation: "end",
          nameGap: 12,
          axisLabel: {
            ...AXIS.axisLabel,
            customValues: [...ticks],
            formatter: (time: number) => String(Number(time.toPrecision(3))),
          },
        },
        series: [
          ...curves.map(line).flatMap((series) => series ?? []),
          ...(bound === undefined ? [] : [boundLine(bound.value, rarest, boundText)]),
        ],
      },
    }),
  };
}

/** The bound across, and a mark where it is held: at 99 %. */
function boundLine(value: number, rarest: number, text: string) {
  return {
    type: "line" as const,
    silent: true,
    showSymbol: true,
    symbol: "circle",
    symbolSize: 9,
    z: 20,
    itemStyle: { color: COLOR.bound },
    data: rarest >= 100 ? [[100, value]] : [],
    markLine: {
      silent: true,
      z: 25,
      symbol: "none",
      animation: false,
      lineStyle: { color: COLOR.bound, type: "dashed" as const, width: 1.5 },
      label: {
        color: COLOR.bound,
        position: "insideStartTop" as const,
        formatter: text,
        fontSize: 12,
        // Curves pass behind it.
        textBorderColor: COLOR.card,
        textBorderWidth: 4,
      },
      data: [{ yAxis: value }],
    },
  };
}
