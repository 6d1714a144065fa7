// A bar ingester: takes bars as they come, stores them in small batches, and lets the last word on a bar win.
import { connect } from "@app/repositories";

await using data = connect({ database: process.env["DATABASE_URL"] ?? "" });
const series = { exchange: "binance", symbol: "ETHUSDT", timeframe: "1m" } as const;
const log = data.createLogWriter();

/** What a feed would send: a bar a minute, and then the last one again, corrected. */
function* feed() {
  const start = Temporal.Instant.from("2026-01-31T09:30:00Z");
  for (let minute = 0; minute < 10; minute += 1) {
    const close = 2_400 + minute;
    yield {
      time: start.add({ minutes: minute }),
      open: close - 1,
      high: close + 2,
      low: close - 2,
      close,
      volume: 12,
    };
  }
  yield { time: start.add({ minutes: 9 }), open: 2_408, high: 2_412, low: 2_407, close: 2_410, volume: 13 };
}

for (const bar of feed()) {
  const { inserted, updated } = await data.marketData.upsert(series, [bar], { source: "example" });
  // Never waits for the database, and never fails because of it.
  void log.write({ level: "info", component: "ingester", message: "bar", context: { inserted, updated } });
}
await log.flush();

const latest = await data.marketData.latestBar(series);
const revisions = await data.marketData.listRevisions(series, {
  from: "2026-01-31T09:30:00Z",
  to: "2026-01-31T10:00:00Z",
});
console.log(
  latest?.close,
  revisions.items.map(({ close }) => close),
);
