import { connect } from "@app/repositories";

await using data = connect({ database: process.env["DATABASE_URL"] ?? "" });
const series = { exchange: "binance", symbol: "BTCUSDT", timeframe: "1m" } as const;
const bars = await data.marketData.lastBars(series, 500);
console.log(bars.close.at(-1));
