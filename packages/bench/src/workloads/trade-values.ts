// Values for what is asked of fills: a fill of any age, whose position, strategy, account or instrument it is, and a stretch of time that
// ends with it.
import { earlyFillDays, usualFillDays } from "@app/schema/queries";
import type { TradeFact } from "./bench-facts.ts";
import {
  BEGINNING,
  type DrawValues,
  dayOf,
  lookUpWindow,
  NEWEST,
  PAGE,
  presentOf,
  type QueryValues,
  windowBefore,
} from "./query-values.ts";

/** The first window of a list of fills is two days. */
const WINDOW_HOURS = 48;

/** Fills a filtered page looks at in a window. */
const LOOKED_AT = 10_000;

/** Fills of one read of a stream. */
const STREAMED = 1_000;

/** From a day before an order so many days are looked through at once for what became of it. */
const ORDER_DAYS = 32;

function keysOf(trade: TradeFact): QueryValues {
  return {
    id: trade.id,
    account: trade.account,
    strategyId: trade.strategyId,
    orderId: trade.orderId,
    exchange: trade.exchange,
    symbol: trade.symbol,
    exchangeTradeId: trade.exchangeTradeId,
    includeBusted: false,
    side: null,
    pnlSign: null,
    limit: PAGE,
    ...windowBefore(trade.executedAt, WINDOW_HOURS),
  };
}

const trade: DrawValues = (facts, draw) => keysOf(draw.one("fills", facts.trades));

const sideOfTrade: DrawValues = (facts, draw) => {
  const drawn = draw.one("fills", facts.trades);
  return { ...keysOf(drawn), side: drawn.side };
};

const winners: DrawValues = (facts, draw) => ({ ...sideOfTrade(facts, draw), pnlSign: 1 });

const edge: DrawValues = (facts, draw) => ({ ...trade(facts, draw), limit: LOOKED_AT });

/** By what the venue calls it, in the window of its age. */
const named: DrawValues = (facts, draw) => {
  const drawn = draw.one("fills", facts.trades);
  const present = presentOf(facts.trades.map(({ executedAt }) => executedAt));
  return { ...keysOf(drawn), side: drawn.side, ...lookUpWindow(drawn.executedAt, present) };
};

/** The moment that a UUIDv7 holds. */
const timeOf = (id: string): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16));

/** Fills of an order. */
const ofOrder: DrawValues = (facts, draw) => {
  const drawn = draw.one(
    "fills of orders",
    facts.trades.filter(({ orderId }) => orderId !== null),
  );
  const ordered = timeOf(drawn.orderId ?? drawn.id);
  // Where its fills lie but for those that are noted as late.
  return {
    ...keysOf(drawn),
    ...NEWEST,
    from: ordered.subtract({ hours: earlyFillDays * 24 }),
    cursorTime: ordered.add({ hours: usualFillDays * 24 }),
  };
};

/** Forward from a fill: a page behind the place before it. */
const forward: DrawValues = (facts, draw) => {
  const drawn = draw.one("fills", facts.trades);
  return {
    ...keysOf(drawn),
    from: drawn.executedAt.subtract({ hours: WINDOW_HOURS }),
    cursorId: "00000000-0000-0000-0000-000000000000",
    to: drawn.executedAt.add({ hours: WINDOW_HOURS }),
  };
};

const streamed: DrawValues = (facts, draw) => ({ ...forward(facts, draw), limit: STREAMED });

/** Fills as venues report them again. */
const recorded: DrawValues = (facts, draw) => {
  const drawn = draw.one("fills", facts.trades);
  return {
    keys: JSON.stringify([
      {
        exchange: drawn.exchange,
        account: drawn.account,
        symbol: drawn.symbol,
        side: drawn.side,
        exchange_trade_id: drawn.exchangeTradeId,
        executed_at: drawn.executedAt.toString(),
        correction: drawn.correction,
      },
    ]),
    from: drawn.executedAt,
    to: drawn.executedAt,
  };
};

/** How far bars went while a trip of an hour was open. */
const excursions: DrawValues = (facts, draw) => {
  const drawn = draw.one("fills", facts.trades);
  const closedAt = drawn.executedAt.add({ hours: 1 });
  return {
    ...keysOf(drawn),
    trips: JSON.stringify([
      {
        trip: 0,
        opened_at: drawn.executedAt.toString(),
        opened_by: drawn.id,
        closed_at: closedAt.toString(),
        closed_by: "ffffffff-ffff-ffff-ffff-ffffffffffff",
      },
    ]),
    from: drawn.executedAt,
    to: closedAt,
    timeframe: "1m",
    milliseconds: 60_000,
  };
};

/** Values for the questions about trades. */
export const tradeValues = {
  "trades.get": trade,
  "trades.find_recorded": recorded,
  "trades.find_by_exchange_trade_id": named,
  "trades.list_by_strategy": trade,
  "trades.search_by_strategy": winners,
  "trades.edge_by_strategy": edge,
  "trades.list_by_account": trade,
  "trades.search_by_account": winners,
  "trades.edge_by_account": edge,
  "trades.list_by_symbol": trade,
  "trades.search_by_symbol": winners,
  "trades.edge_by_symbol": edge,
  "trades.list_by_position": trade,
  "trades.search_by_position": winners,
  "trades.edge_by_position": edge,
  "trades.list_by_order": ofOrder,
  "trades.search_by_order": ofOrder,
  "trades.edge_by_order": (facts, draw) => ({ ...ofOrder(facts, draw), limit: LOOKED_AT }),
  "trades.position_history": forward,
  "trades.list_busted": (facts, draw) => ({ ...trade(facts, draw), ...NEWEST, from: BEGINNING }),
  "trades.trip_fills": forward,
  "trades.trip_boundary": trade,
  "trades.trip_excursions": excursions,
  "trades.pnl_by_strategy": streamed,
  "trades.pnl_by_account": streamed,
  "positions.extent_by_strategy": trade,
  "positions.extent_by_account": trade,
  "positions.extent_by_position": trade,
  "reconciliation.fills_by_order": (facts, draw) => {
    const drawn = ofOrder(facts, draw);
    const from = timeOf(String(drawn.orderId)).subtract({ hours: 24 });
    return { ...drawn, ids: [drawn.orderId], from, to: from.add({ hours: ORDER_DAYS * 24 }) };
  },
  "reconciliation.fills_of_venue": (facts, draw) => {
    const drawn = draw.one("fills", facts.trades);
    return { ...keysOf(drawn), ...dayOf(drawn.executedAt) };
  },
} as const satisfies Readonly<Record<string, DrawValues>>;
