// What a backend asks often, each by its public method, of a database seeded as chunked-history.ts does. Not the measuring.
// Every read finds the same rows however deep the history is.
import { connectDirect, parseConnection } from "@app/database";
import type { TradingData } from "@app/repositories";

/** One read. */
export interface HistoryRead {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

const DAY_HOURS = 24;
const PAGE = { limit: 100 } as const;
const BTC = { exchange: "X", symbol: "BTC", timeframe: "1m" } as const;
const OLD = { exchange: "X", symbol: "OLD", timeframe: "1m" } as const;

interface Keys {
  readonly busy: string;
  readonly old: string;
  readonly order: string;
  readonly openOrder: string;
  readonly firstOrder: string;
  readonly trade: string;
  readonly firstTrade: string;
  /** When the fifth of the oldest orders was made. */
  readonly fifthMoment: Temporal.Instant;
  readonly snapshot: string;
  readonly log: string;
}

/** Of recent rows, and of the first there are. Looked for in every chunk. */
const KEYS = `with today as (select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '3 days' as day)
select (select id from strategies where name = 'busy') as busy, (select id from strategies where name = 'old') as old,
  (select id from orders where client_order_id = 'client-2000') as order, (select id from orders where client_order_id = 'client-2010') as "openOrder",
  (select id from orders where account = 'old' order by created_at limit 1) as "firstOrder",
  (select id from trades where exchange_trade_id = 'fill-client-2000') as trade,
  (select id from trades where account = 'old' order by executed_at limit 1) as "firstTrade",
  (select max(created_at) from (select created_at from orders where account = 'old' order by created_at limit 5) o) as "fifthMoment",
  (select id from portfolio_snapshots where account = 'main' order by taken_at desc offset 60 limit 1) as snapshot,
  (select id from system_logs order by logged_at desc offset 600 limit 1) as log`;

/** Cursor of a page that lies deep in a list, and undefined where the list ends before. */
async function cursorAfter<Options>(
  pages: number,
  read: (cursor: string | undefined) => Promise<{ readonly next: Options }>,
): Promise<Options | undefined> {
  let next: Options | undefined;
  for (let page = 0; page < pages; page += 1) {
    ({ next } = await read(typeof next === "string" ? next : undefined));
  }
  return next;
}

/**
 * The keys, over a connection that ends with it: a session whose transaction has held 100,000 locks scans as many places of its table of locks at
 * the end of each later one (PostgreSQL 18), 150 to 200 us of every statement.
 * @throws Error where the history was not seeded
 */
async function readKeys(url: string): Promise<Keys> {
  await using connection = await connectDirect(parseConnection(url));
  const { rows } = await connection.query<Keys>(KEYS);
  const [keys] = rows;
  if (keys === undefined || Object.values(keys).includes(null))
    throw new Error("The history was not seeded.");
  return keys;
}

/** @returns the reads, with keys of this database */
export async function historyReads(url: string, data: TradingData): Promise<readonly HistoryRead[]> {
  const { marketData, orders, trades, strategies, portfolio, positions, logs } = data;
  const keys = await readKeys(url);
  const ofBusy = { strategyId: keys.busy };
  const ofOld = { strategyId: keys.old };
  const atTheBeginning = { limit: 2, to: keys.fifthMoment };
  const ofMain = { account: "main" };
  const ofSymbol = { exchange: "X", symbol: "SYM1" };
  const curve = { account: "main", currency: "USD" };
  const to = Temporal.Now.instant().round({ smallestUnit: "minute", roundingMode: "floor" });
  const from = (hours: number): Temporal.Instant => to.subtract({ hours });
  const today = Temporal.Now.plainDateISO("UTC");
  const midnight = today.toZonedDateTime("UTC").toInstant();
  const month = {
    currency: "USD",
    capital: { initialCapital: "100000" },
    from: midnight.subtract({ hours: 30 * DAY_HOURS }),
    to: midnight,
  };
  const week = { ...month, from: from(7 * DAY_HOURS + 5), to };
  const deepOrders = await cursorAfter(8, (cursor) => orders.list(ofBusy, { ...PAGE, cursor }));
  const deepTrades = await cursorAfter(8, (cursor) => trades.list(ofBusy, { ...PAGE, cursor }));

  return [
    { name: "marketData.latestBar", run: () => marketData.latestBar(BTC) },
    { name: "marketData.lastBars, 500", run: () => marketData.lastBars(BTC, 500) },
    { name: "marketData.lastBars, 5,000", run: () => marketData.lastBars(BTC, 5_000) },
    {
      name: "marketData.lastBars, 1, before a moment",
      run: () => marketData.lastBars(BTC, 1, { before: from(30) }),
    },
    {
      name: "marketData.lastBars, 8 of a day each",
      run: () => marketData.lastBars({ exchange: "X", symbol: "DAILY", timeframe: "1d" }, 8),
    },
    {
      name: "marketData.listBars, 500",
      run: () => marketData.listBars(BTC, { from: from(30), to, limit: 500 }),
    },
    {
      name: "marketData.listBars, the first ones",
      run: () =>
        marketData.listBars(OLD, {
          from: keys.fifthMoment.subtract({ hours: 48 }),
          to: keys.fifthMoment,
          limit: 500,
        }),
    },
    {
      name: "marketData.listCandles, a day of 5 min",
      run: () => marketData.listCandles(BTC, { from: from(24), to, bucket: "5m" }),
    },
    {
      name: "marketData.listCandles, 8 days of 1 h",
      run: () => marketData.listCandles(BTC, { from: from(8 * DAY_HOURS), to, bucket: "1h" }),
    },
    {
      name: "marketData.listMissingRanges, a day",
      run: () => marketData.listMissingRanges(BTC, { from: from(24), to }),
    },

    { name: "orders.get", run: () => orders.get(keys.order) },
    { name: "orders.get, the first one", run: () => orders.get(keys.firstOrder) },
    {
      name: "orders.findByName, client id, open",
      run: () => orders.findByName({ ...ofMain, exchange: "X", clientOrderId: "client-2010" }),
    },
    {
      name: "orders.findByName, client id, done",
      run: () => orders.findByName({ ...ofMain, exchange: "X", clientOrderId: "client-2000" }),
    },
    {
      name: "orders.findByName, venue id, open",
      run: () => orders.findByName({ exchange: "X", venueOrderId: "venue-2010" }),
    },
    {
      name: "orders.findByName, venue id, done",
      run: () => orders.findByName({ exchange: "X", venueOrderId: "venue-2000" }),
    },
    { name: "orders.listOpen, strategy", run: () => orders.listOpen(ofBusy, { limit: 20 }) },
    {
      name: "orders.listOpen, strategy, all with an old one",
      run: () => orders.listOpen(ofBusy, { limit: 1_000 }),
    },
    { name: "orders.listOpen, symbol", run: () => orders.listOpen(ofSymbol, { limit: 20 }) },
    { name: "orders.list, strategy", run: () => orders.list(ofBusy, PAGE) },
    {
      name: "orders.list, strategy, page 9",
      run: () => orders.list(ofBusy, { ...PAGE, cursor: deepOrders }),
    },
    { name: "orders.list, account", run: () => orders.list(ofMain, PAGE) },
    { name: "orders.list, symbol", run: () => orders.list(ofSymbol, PAGE) },
    { name: "orders.list, rejected", run: () => orders.list({ status: "rejected" }, { limit: 40 }) },
    { name: "orders.list, strategy, the first ones", run: () => orders.list(ofOld, atTheBeginning) },
    { name: "orders.listHistory", run: () => orders.listHistory(keys.order) },
    { name: "orders.listHistory, the first one", run: () => orders.listHistory(keys.firstOrder) },
    { name: "orders.listEvents, strategy", run: () => orders.listEvents(ofBusy, PAGE) },
    {
      name: "orders.listEvents, strategy, the first ones",
      run: () => orders.listEvents(ofOld, atTheBeginning),
    },
    { name: "orders.listChildren", run: () => orders.listChildren(keys.order) },

    { name: "trades.get", run: () => trades.get(keys.trade) },
    { name: "trades.get, the first one", run: () => trades.get(keys.firstTrade) },
    { name: "trades.list, strategy", run: () => trades.list(ofBusy, PAGE) },
    {
      name: "trades.list, strategy, page 9",
      run: () => trades.list(ofBusy, { ...PAGE, cursor: deepTrades }),
    },
    { name: "trades.list, strategy, one side", run: () => trades.list(ofBusy, { ...PAGE, side: "buy" }) },
    {
      name: "trades.list, strategy, the first ones",
      run: () => trades.list(ofOld, atTheBeginning),
    },
    { name: "trades.list, account", run: () => trades.list(ofMain, PAGE) },
    { name: "trades.list, symbol", run: () => trades.list(ofSymbol, PAGE) },
    {
      name: "trades.list, position",
      run: () => trades.list({ position: { ...ofBusy, ...ofMain, ...ofSymbol } }, PAGE),
    },
    { name: "trades.list, order", run: () => trades.list({ orderId: keys.order }, PAGE) },
    { name: "trades.list, order, the first one", run: () => trades.list({ orderId: keys.firstOrder }, PAGE) },
    {
      name: "trades.findByExchangeTradeId",
      run: () =>
        trades.findByExchangeTradeId({
          ...ofMain,
          exchange: "X",
          symbol: "SYM0",
          side: "buy",
          exchangeTradeId: "fill-client-2000",
        }),
    },
    {
      name: "trades.realizedPnl, 30 days",
      run: () =>
        trades.realizedPnl(ofBusy, {
          firstDay: today.subtract({ days: 30 }),
          lastDay: today,
          resolution: "day",
        }),
    },
    {
      name: "trades.listRoundTrips",
      run: () => trades.listRoundTrips({ ...ofBusy, ...ofMain, ...ofSymbol }, PAGE),
    },

    { name: "positions.listOpen", run: () => positions.listOpen(ofMain, PAGE) },
    {
      name: "positions.listFills",
      run: () => positions.listFills({ ...ofBusy, ...ofMain, ...ofSymbol }, PAGE),
    },

    { name: "strategies.performance, 30 whole days", run: () => strategies.performance(keys.busy, month) },
    {
      name: "strategies.performance, a week with ragged ends",
      run: () => strategies.performance(keys.busy, week),
    },
    { name: "strategies.riskUsage", run: () => strategies.riskUsage(keys.busy) },
    {
      name: "strategies.leaderboard, 30 days",
      run: () =>
        strategies.leaderboard({ firstDay: today.subtract({ days: 30 }), lastDay: today, currency: "USD" }),
    },
    {
      name: "strategies.fillStreaks, a week",
      run: () => strategies.fillStreaks(keys.busy, { from: from(7 * DAY_HOURS), to, currency: "USD" }),
    },

    { name: "portfolio.latest", run: () => portfolio.latest(curve) },
    { name: "portfolio.get", run: () => portfolio.get(keys.snapshot) },
    { name: "portfolio.list", run: () => portfolio.list(curve, PAGE) },
    {
      name: "portfolio.equityCurve, a day by 5 min",
      run: () => portfolio.equityCurve(curve, { from: from(24), to, resolution: "5 minutes" }),
    },
    {
      name: "portfolio.drawdownSeries, a day by 1 h",
      run: () => portfolio.drawdownSeries(curve, { from: from(24), to, resolution: "1 hour" }),
    },
    { name: "portfolio.exposure", run: () => portfolio.exposure(ofMain, { closesOf: "1m" }) },
    { name: "portfolio.riskBreaches", run: () => portfolio.riskBreaches(keys.busy) },

    { name: "logs.get", run: () => logs.get(keys.log) },
    { name: "logs.list", run: () => logs.list(PAGE) },
    { name: "logs.list, strategy", run: () => logs.list({ ...ofBusy, ...PAGE }) },
    { name: "logs.list, correlation id", run: () => logs.list({ correlationId: "request 1000", ...PAGE }) },
    { name: "logs.listProblems", run: () => logs.listProblems({ limit: 10 }) },
    { name: "logs.listProblems, a day of them", run: () => logs.listProblems(PAGE) },
    { name: "logs.searchMessage", run: () => logs.searchMessage("margin call", { limit: 20 }) },
    { name: "logs.searchContext", run: () => logs.searchContext({ request: 1_000 }, PAGE) },
    { name: "logs.listSlow", run: () => logs.listSlow() },
  ];
}
