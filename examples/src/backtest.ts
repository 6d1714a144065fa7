// A backtest: reads bars as they were known at a moment, and trades the crossing of two exponential averages. With the
// moment of an earlier run it sees what that run saw, and no correction made since: `node backtest.ts 2026-01-31T09:30:00Z`.
import { connect, now } from "@app/repositories";

await using data = connect({ database: process.env["DATABASE_URL"] ?? "" });
const series = { exchange: "binance", symbol: "BTCUSDT", timeframe: "1m" } as const;
const { firstTime, lastTime } = await data.marketData.getSeries(series);

// Stored indicators follow every correction, so a backtest computes its own from the bars that were known.
const weightOf = (bars: number): number => 2 / (bars + 1);
let fast = Number.NaN;
let slow = Number.NaN;
let position = 0;
let entry = 0;
let trades = 0;
let profit = 0;
const bars = data.marketData.streamBars(series, {
  from: firstTime,
  // The end of a range is not in it.
  to: lastTime.add({ microseconds: 1 }),
  knownAt: process.argv[2] ?? now(),
});
// Columns, one typed array per field: millions of bars pass in the memory of two pages.
for await (const page of bars) {
  for (let index = 0; index < page.length; index += 1) {
    const price = page.close[index] ?? Number.NaN;
    fast = Number.isNaN(fast) ? price : fast + weightOf(20) * (price - fast);
    slow = Number.isNaN(slow) ? price : slow + weightOf(50) * (price - slow);
    if (position === 0 && fast > slow) {
      position = 1;
      entry = price;
    } else if (position === 1 && fast < slow) {
      position = 0;
      trades += 1;
      profit += price - entry;
    }
  }
}
console.log(`${trades} trades, ${profit.toFixed(1)} of profit per unit`);
