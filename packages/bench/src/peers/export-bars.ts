// Every bar of a database as a CSV file, by the server's own COPY: floats in their shortest exact form, times in UTC, series by series in the order
// of time. Indicators stay behind; nobody asks for them.
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";

const COPY = `copy (
  select exchange, symbol, timeframe, time at time zone 'UTC' as time, open, high, low, close, volume
  from market_data order by exchange, symbol, timeframe, time
) to stdout (format csv, header)`;

/** Writes the file. @throws where the server refuses, or the disk is full */
export async function exportBars(url: string, path: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await pipeline(client.query(copyTo(COPY)), createWriteStream(path));
  } finally {
    await client.end();
  }
}
