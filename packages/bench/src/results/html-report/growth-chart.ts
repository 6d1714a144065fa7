// How the median of each workload grows with the data, as a multiple of what it was on the least: a flat line is a workload that does not
// care how much there is.
import type { EChartsOption } from "echarts";
import type { Growth } from "../bench-report.ts";
import { formatCount, formatNumber } from "../shown-figure.ts";
import { AXIS, type Chart, COLOR, type LegendEntry } from "./chart.ts";

interface GrowthCurve extends LegendEntry {
  readonly points: readonly (readonly [scale: number, multiple: number])[];
}

const STROKES = ["solid", "dashed", "dotted"] as const;

/** Curves of the workloads whose base was measured. */
export function growthCurves(growth: readonly Growth[]): readonly GrowthCurve[] {
  return growth.flatMap(({ workload, points }, place) => {
    const base = points[0]?.medianMilliseconds ?? Number.NaN;
    const multiples = points.map(
      ({ scale, medianMilliseconds }) => [scale, medianMilliseconds / base] as const,
    );
    if (multiples.length < 2 || multiples.some(([, multiple]) => !Number.isFinite(multiple))) return [];
    return [
      {
        name: workload,
        color: COLOR.series[place % COLOR.series.length] ?? COLOR.muted,
        stroke: STROKES[Math.floor(place / COLOR.series.length) % STROKES.length] ?? "solid",
        points: multiples,
      },
    ];
  });
}

/** @returns undefined where nothing was measured at two scales */
export function growthChart(growth: readonly Growth[]): Chart | undefined {
  const curves = growthCurves(growth);
  if (curves.length === 0) return undefined;
  const scales = [...new Set(curves.flatMap(({ points }) => points.map(([scale]) => scale)))].toSorted(
    (one, other) => one - other,
  );
  const most = Math.max(...curves.flatMap(({ points }) => points.map(([, multiple]) => multiple)));
  const ends = curves.map(
    ({ name, points }) => `${name} ${formatNumber(points.at(-1)?.[1] ?? Number.NaN)} times`,
  );
  const [first, last] = [scales[0] ?? 1, scales.at(-1) ?? 1];
  const option: EChartsOption = {
    grid: { left: 44, right: 24, top: 20, bottom: 44 },
    xAxis: {
      ...AXIS,
      type: "log",
      min: first,
      max: last,
      name: "amount of data, of the least",
      nameLocation: "middle",
      nameGap: 28,
      axisLabel: {
        ...AXIS.axisLabel,
        customValues: scales,
        formatter: (scale: number) => `${formatCount(scale / first)}×`,
      },
      splitLine: { show: false },
    },
    yAxis: {
      ...AXIS,
      type: "value",
      min: 0,
      max: Math.max(2, Math.ceil(most * 2) / 2),
      axisLabel: { ...AXIS.axisLabel, formatter: (multiple: number) => `${multiple}×` },
    },
    series: curves.map(({ name, color, stroke, points }) => ({
      type: "line",
      name,
      silent: true,
      symbol: "circle",
      symbolSize: 6,
      data: points.map(([scale, multiple]) => [scale, multiple]),
      itemStyle: { color },
      lineStyle: { color, width: 2, type: stroke },
    })),
  };
  return {
    label: `Median time by amount of data, from ${formatCount(first)} to ${formatCount(last)}: ${ends.join("; ")}.`,
    draw: (width) => ({ height: width < 500 ? 230 : 260, option }),
  };
}
