// A program: streams bars and writes what it took as JSON (StreamReport). It sums the closes, as a caller would read each page.
// Memory is the kernel's own count; the high-water mark is set back after the first bars, before which everything that any
// read needs (connection, code, buffers of one page) is there.
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "@app/repositories";
import { LONG_SERIES } from "../seeding/by-sql/bars.ts";

function kernelBytes(name: "VmHWM" | "VmRSS"): number | null {
  try {
    const [, kibibytes] =
      new RegExp(String.raw`^${name}:\s+(\d+) kB$`, "mu").exec(readFileSync("/proc/self/status", "utf8")) ??
      [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
  } catch {
    return null;
  }
}

function resetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // No such system: then there is no peak to read either.
  }
}

const bars = Number(process.argv[2]);
await using data = connect({ database: process.env["DATABASE_URL"] ?? "", poolSize: 1 });
const { marketData } = data;
const series = await marketData.getSeries(LONG_SERIES);
const from = series.firstTime;
await marketData.listBars(LONG_SERIES, { from, to: from.add({ hours: 24 }), limit: 500 });

const before = kernelBytes("VmRSS");
resetPeak();
const started = performance.now();
let read = 0;
let closes = 0;
for await (const page of marketData.streamBars(LONG_SERIES, { from, to: from.add({ minutes: bars }) })) {
  read += page.length;
  for (const close of page.close) closes += close;
}
const milliseconds = performance.now() - started;
if (!Number.isFinite(closes)) throw new Error("A bar had no close.");
process.stdout.write(JSON.stringify({ bars: read, milliseconds, before, peak: kernelBytes("VmHWM") }));
