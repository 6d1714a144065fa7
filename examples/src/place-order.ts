// A small backend: a strategy places an order, the venue's reports come in, and the figures follow.
import { connect, createId, now } from "@app/repositories";

await using data = connect({ database: process.env["DATABASE_URL"] ?? "" });

// Ids are made before anything is sent and hold the row's time: whatever is sent twice happens once.
const createdAt = now();
const strategyId = createId(createdAt);
await data.strategies.create({
  id: strategyId,
  createdAt,
  name: `breakout ${strategyId}`,
  kind: "breakout",
  baseCurrency: "USDT",
  maxOrderNotional: "50000",
});
await data.strategies.activate(strategyId, { expectedVersion: 1 });

const orderAt = now();
const order = await data.orders.submit({
  id: createId(orderAt),
  createdAt: orderAt,
  account: "main",
  strategyId,
  exchange: "binance",
  symbol: "BTCUSDT",
  clientOrderId: `entry ${strategyId}`,
  side: "buy",
  type: "limit",
  quantity: "0.5",
  limitPrice: "38500.00",
  source: "example",
});

// What a venue's adapter makes of its messages. The fill comes twice, as after a reconnect, and counts once.
const report = { order: { orderId: order.id }, settlementCurrency: "USDT", source: "example" } as const;
const entry = {
  ...report,
  type: "fill",
  executionId: `E1 ${order.id}`,
  transactTime: now(),
  quantity: "0.5",
  price: "38490.5",
  fee: "7.70",
} as const;
await data.orders.applyExecutionReport(entry);
const again = await data.orders.applyExecutionReport(entry);
console.log(again.outcome, again.order.status, again.order.averageFillPrice);

const exit = await data.trades.append({
  exchange: "binance",
  account: "main",
  symbol: "BTCUSDT",
  side: "sell",
  exchangeTradeId: `X1 ${order.id}`,
  executedAt: now(),
  strategyId,
  quantity: "0.5",
  price: "39000",
  settlementCurrency: "USDT",
  fee: "7.80",
  source: "example",
});
console.log(exit.realizedPnl, exit.positionQuantity);

const figures = await data.strategies.performance(strategyId, {
  from: createdAt.subtract({ hours: 24 }),
  to: now(),
  currency: "USDT",
  capital: { initialCapital: "100000" },
});
console.log(figures.pnl.net, figures.fills.winRate);
