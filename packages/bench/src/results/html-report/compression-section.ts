// What columns saved of each table: bars of what is left, and a table beneath.
import type { BenchReport, TableCompression } from "../bench-report.ts";
import { formatBytes, formatCount, formatShare } from "../shown-figure.ts";
import { type Chart, COLOR, drawChart } from "./chart.ts";
import { html, type Markup, section, table } from "./markup.ts";
import { drawRowBars } from "./row-bars.ts";

const savedOf = ({ bytesBefore, bytesAfter }: TableCompression): number => 1 - bytesAfter / bytesBefore;

function compressionChart(tables: readonly TableCompression[]): Chart {
  const bars = tables.map((compression) => ({
    name: compression.table,
    value: compression.bytesAfter / compression.bytesBefore,
    text: `${formatShare(savedOf(compression))} saved`,
    color: COLOR.bar,
  }));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const axis = { max: 1, track: 1, ticks, format: (share: number) => `${share * 100} %` };
  return {
    label: `What is left of each table in columns: ${bars.map(({ name, text }) => `${name} ${text}`).join("; ")}.`,
    draw: (width) => drawRowBars(bars, axis, width),
  };
}

/** Compression of a run; nothing where no table is in columns. */
export function compressionSection({ compression, server }: BenchReport): Markup {
  if (compression.length === 0) {
    return server.edition === "timescale"
      ? html``
      : section("compression", "Compression", html`<p>This edition keeps no columns.</p>`);
  }
  return section(
    "compression",
    "Compression",
    html`<p>What is left of each table's chunks in columns, of what they took before.</p>`,
    html`<figure>${drawChart("compression-chart", compressionChart(compression))}</figure>`,
    table<TableCompression>(
      "Compression by table",
      [
        { head: "Table", cell: (row) => row.table },
        { head: "Chunks in columns", isNumber: true, cell: (row) => formatCount(row.chunksInColumns) },
        { head: "Before", isNumber: true, cell: (row) => formatBytes(row.bytesBefore) },
        { head: "After", isNumber: true, cell: (row) => formatBytes(row.bytesAfter) },
        { head: "Saved", isNumber: true, cell: (row) => html`<strong>${formatShare(savedOf(row))}</strong>` },
      ],
      compression,
    ),
  );
}
