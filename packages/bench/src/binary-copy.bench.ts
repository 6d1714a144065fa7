// Measures the binary COPY writer against the server reading the same rows from a file of its own, in one run, interleaved.
// Run by hand as `pnpm bench:copy`; fails where rows or columns come in below 0.9 of the server's own speed.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { benchCommand, roundsOption, wholeNumber } from "./bench-arguments.ts";
import { median } from "./measuring/quantile.ts";

const leastRatio = 0.9;
const { rows: rowCount, rounds } = benchCommand(
  "pnpm bench:copy",
  "Compares the binary COPY writer, by rows and by columns, with the server reading the same rows from a file of its own.",
  `0 both at ${leastRatio} of the server's speed or more, 1 one below, or not measured`,
)
  .option("--rows <n>", "how many rows each copy has", wholeNumber(1), 1_000_000)
  .addOption(roundsOption(5))
  .parse()
  .opts<{ rows: number; rounds: number }>();

const columns = [
  { name: "symbol", type: "text" },
  { name: "time", type: "timestamptz" },
  { name: "open", type: "float8" },
  { name: "high", type: "float8" },
  { name: "low", type: "float8" },
  { name: "close", type: "float8" },
  { name: "volume", type: "float8" },
] as const;

const bars = Array.from({ length: 6 }, () => new Float64Array(rowCount));
const times = new BigInt64Array(rowCount);
for (let index = 0; index < rowCount; index += 1) {
  times[index] = 1_700_000_000_000_000n + BigInt(index) * 60_000_000n;
  for (const series of bars) series[index] = 60_000 + Math.random() * 1000;
}
const [open = [], high = [], low = [], close = [], volume = []] = bars;

async function byRows(connection: DirectConnection): Promise<void> {
  const copy = await connection.openBinaryCopy({ table: { name: "target" }, columns });
  for (let index = 0; index < rowCount; index += 1) {
    const wait = copy.writeRow([
      "BTC/USD",
      times[index],
      open[index],
      high[index],
      low[index],
      close[index],
      volume[index],
    ]);
    if (wait !== undefined) await wait;
  }
  await copy.end();
}

async function byColumns(connection: DirectConnection): Promise<void> {
  const copy = await connection.openBinaryCopy({ table: { name: "target" }, columns });
  await copy.writeColumns(
    { symbol: { every: "BTC/USD" }, time: times, open, high, low, close, volume },
    rowCount,
  );
  await copy.end();
}

async function measure(connection: DirectConnection, run: () => Promise<void>): Promise<number> {
  await connection.script("TRUNCATE target");
  const start = performance.now();
  await run();
  return performance.now() - start;
}

await using database = await createTestDatabase();
const connection = await connectDirect(parseConnection(database.superuserUrl));
await connection.script(
  "CREATE UNLOGGED TABLE target (symbol text, time timestamptz, open float8, high float8, low float8, close float8, volume float8)",
);
try {
  await byColumns(connection);
  // Relative to the server's data directory, where it may write whoever runs it.
  const serverFile = "binary-copy-bench-rows";
  await connection.script(`COPY target TO PROGRAM 'cat > ${serverFile}' (FORMAT binary)`);
  const variants = {
    server: () => connection.script(`COPY target FROM '${serverFile}' (FORMAT binary)`),
    rows: () => byRows(connection),
    columns: () => byColumns(connection),
  };
  const measured: Record<keyof typeof variants, number[]> = { server: [], rows: [], columns: [] };
  for (let round = 0; round < rounds; round += 1) {
    measured.server.push(await measure(connection, variants.server));
    measured.rows.push(await measure(connection, variants.rows));
    measured.columns.push(await measure(connection, variants.columns));
  }
  const server = median(measured.server);
  for (const [name, list] of Object.entries(measured)) {
    const middle = median(list);
    const ratio = median(list.map((time, round) => (measured.server[round] ?? Number.NaN) / time));
    if (!(ratio >= leastRatio)) process.exitCode = 1;
    process.stdout.write(
      `${name.padEnd(8)} ${middle.toFixed(0).padStart(6)} ms  ${(rowCount / middle).toFixed(0).padStart(5)} rows/ms  ratio ${ratio.toFixed(2)}\n`,
    );
  }
  process.stdout.write(
    `memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB, server ${server.toFixed(0)} ms\n`,
  );
  process.stdout.write(
    `target: a ratio of at least ${leastRatio} (median)${process.exitCode === 1 ? "; missed" : ""}\n`,
  );
  await connection.script(`COPY (SELECT 1) TO PROGRAM 'rm -f ${serverFile}'`);
} finally {
  await connection.close();
}
