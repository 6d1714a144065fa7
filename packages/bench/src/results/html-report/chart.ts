// Charts as SVG text, drawn here and not in the reader's browser: the page holds no script and asks nobody for anything. Each is drawn for
// a wide and for a narrow screen, so that its words stay legible. What a chart shows stands in a table beneath it as well.
// Invariant: colours are the page's custom properties, so one drawing serves the light scheme and the dark one.
import type { EChartsOption } from "echarts";
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { html, type Markup, trusted } from "./markup.ts";

/** Custom properties of the page. */
export const COLOR = {
  text: "var(--text)",
  card: "var(--card)",
  muted: "var(--muted)",
  line: "var(--line)",
  track: "var(--track)",
  bar: "var(--bar)",
  barMissed: "var(--bar-missed)",
  barPlain: "var(--bar-plain)",
  bound: "var(--bound)",
  series: ["var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)", "var(--series-5)"],
} as const;

/** What to draw on a screen of a kind. */
export interface Drawing {
  readonly height: number;
  readonly option: EChartsOption;
}

/** A chart for every screen. */
export interface Chart {
  /** Says in one sentence what is to be seen, for who cannot. */
  readonly label: string;
  readonly draw: (width: number) => Drawing;
}

const WIDE = 760;
const NARROW = 320;

function toSvg({ height, option }: Drawing, width: number, id: string): string {
  // Without an element it draws to text.
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...option });
    // Rules and marks are for a pointer, to which nothing here reacts; their numbers go on through a process, and the same report is to
    // give the same page.
    return chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/u, "")
      .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/gu, "")
      .replaceAll(/\bzr\d+-/gu, `${id}-`);
  } finally {
    chart.dispose();
  }
}

/**
 * @param id unlike that of any other chart of the page
 * @returns the drawings; the page shows the one that fits
 */
export function drawChart(id: string, { label, draw }: Chart): Markup {
  use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);
  const drawn = (kind: string, width: number): Markup => {
    const svg = trusted(toSvg(draw(width), width, `${id}-${kind}`));
    return html`<div class="${kind}" role="img" aria-label="${label}">${svg}</div>`;
  };
  return html`${drawn("wide", WIDE)}${drawn("narrow", NARROW)}`;
}

/** A line of the legend: colour and stroke of a series, and its name. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly stroke: "solid" | "dashed" | "dotted";
}

/** The legend as a list, since words in a drawing do not wrap. */
export function legend(entries: readonly LegendEntry[]): Markup {
  const items = entries.map(
    ({ name, color, stroke }) =>
      html`<li><span class="swatch" style="border-top: 3px ${stroke} ${color}"></span>${name}</li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

/** How axes of all charts look. */
export const AXIS = {
  axisLine: { show: true, lineStyle: { color: COLOR.line } },
  axisTick: { show: false },
  minorTick: { show: false },
  axisLabel: { color: COLOR.muted, fontSize: 12 },
  nameTextStyle: { color: COLOR.muted, fontSize: 12 },
  splitLine: { lineStyle: { color: COLOR.line } },
} as const;
