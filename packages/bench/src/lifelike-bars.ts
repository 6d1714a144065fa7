// Made-up 1-minute bars that look like those of a large market, the same on every machine and in every run.
// Written twice: as a vendor's CSV for the importer, and with every column of the table for the server's own COPY.
// For `pnpm bench:import`.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { WriteStream } from "node:fs";
import { randomStream } from "./seeding/random-stream.ts";

const MINUTE = 60_000;
const START = Date.UTC(2022, 0, 1);
const LINES_PER_WRITE = 10_000;

/** Where the bars go, and how many there are. */
export interface BarFiles {
  readonly bars: number;
  /** Path of `timestamp,open,high,low,close,volume`. */
  readonly vendorPath: string;
  /** Path of the same bars with the series and the source in every row, for `COPY market_data (TABLE_COLUMNS) FROM`. */
  readonly tablePath: string;
}

/** The series the bars belong to. */
export const SERIES = { exchange: "bench", symbol: "BTC-PERP", timeframe: "1m", source: "bars.csv" } as const;

/** Columns of the table file, in order. */
export const TABLE_COLUMNS = "exchange, symbol, timeframe, source, time, open, high, low, close, volume";

async function writeText(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}

/** Writes both files. */
export async function writeBarFiles(files: BarFiles): Promise<void> {
  const vendor = createWriteStream(files.vendorPath, { mode: 0o644 });
  const table = createWriteStream(files.tablePath, { mode: 0o644 });
  const stream = randomStream(20_220_101, "lifelike bars");
  const random = (): number => stream.uniform();
  const series = `${SERIES.exchange},${SERIES.symbol},${SERIES.timeframe},${SERIES.source}`;
  let close = 46_319;
  await writeText(vendor, "timestamp,open,high,low,close,volume\n");
  for (let first = 0; first < files.bars; first += LINES_PER_WRITE) {
    let vendorText = "";
    let tableText = "";
    for (let bar = first; bar < Math.min(files.bars, first + LINES_PER_WRITE); bar += 1) {
      const time = new Date(START + bar * MINUTE).toISOString().slice(0, 19).replace("T", " ");
      const open = close;
      // A walk that is drawn back to where it began, so that a million steps stay within believable prices.
      close = Math.round((open + (random() - 0.5) * 60 + (46_319 - open) * 0.0005) * 2) / 2;
      const high = Math.max(open, close) + Math.round(random() * 24) / 2;
      const low = Math.min(open, close) - Math.round(random() * 24) / 2;
      const volume = (random() ** 3 * 4_000_000).toFixed(4);
      const values = `${open.toFixed(1)},${high.toFixed(1)},${low.toFixed(1)},${close.toFixed(1)},${volume}`;
      vendorText += `${time}.000000,${values}\n`;
      tableText += `${series},${time}+00,${values}\n`;
    }
    await Promise.all([writeText(vendor, vendorText), writeText(table, tableText)]);
  }
  vendor.end();
  table.end();
  await Promise.all([once(vendor, "close"), once(table, "close")]);
}
