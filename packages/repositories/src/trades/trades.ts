// The room for fills: recording them, taking them back, reading their history and what they earned. Holds no state of its own;
// each method is in the file named after what it does.
import type { Queryable } from "@app/database";
import type { TimeRange } from "../input/instant-field.ts";
import type { LookUpOptions } from "../paging/history.ts";
import { followFills } from "../orders/bring-forward.ts";
import type { HistoryOptions, Page } from "../paging/page.ts";
import type { PositionKey } from "../positions/position-key.ts";
import type { Scope } from "../statements/scope.ts";
import {
  type Bust,
  bustTrade,
  type CorrectedTrade,
  type Correction,
  correctTrade,
  type Followed,
} from "./bust-trade.ts";
import { type CheckedFill, checkFill } from "./checked-fill.ts";
import { type CopyCounts, copyFills, type CopyFillsOptions } from "./copy-fills.ts";
import { findByExchangeTradeId, findTrade, getByExchangeTradeId, type VenueTradeKey } from "./find-trade.ts";
import { listBustedTrades } from "./list-busted.ts";
import {
  type PnlOwner,
  type PnlPeriod,
  type PnlPoint,
  realizedPnl,
  type RealizedPnlOptions,
  streamRealizedPnl,
} from "./realized-pnl.ts";
import { checkFills, recordCheckedFills, required } from "./record-fills.ts";
import { refusedFills } from "./refused-fills.ts";
import {
  listRoundTrips,
  type MeasuredRoundTrip,
  type RoundTripFilter,
  type RoundTripListOptions,
  streamRoundTrips,
} from "./round-trips.ts";
import { listTrades, streamTrades } from "./trade-history.ts";
import type { TradeFilter, TradeListOptions, TradeScope } from "./trade-selection.ts";
import type { NewFill, Trade } from "./trade.ts";

/** What can be asked of fills. Every method throws InvalidInputError, naming the field, before it sends anything. */
export interface TradeReads {
  /** A trade by its id, busted ones too, from the one chunk its time names. @throws {NotFoundError} no such trade */
  get(tradeId: string): Promise<Trade>;
  /** As get, or undefined. */
  find(tradeId: string): Promise<Trade | undefined>;
  /** The newest fill a venue calls so, in its last correction. @throws {NotFoundError} no such trade */
  getByExchangeTradeId(key: VenueTradeKey, options?: LookUpOptions): Promise<Trade>;
  /** As getByExchangeTradeId, or undefined. */
  findByExchangeTradeId(key: VenueTradeKey, options?: LookUpOptions): Promise<Trade | undefined>;
  /**
   * One page of trades, newest first. Filtered by side or P&L a page may hold fewer than `limit`, even none, and have a
   * `next`: it looks at a bounded number of fills.
   */
  list(scope: TradeScope, options?: TradeListOptions): Promise<Page<Trade>>;
  /** All of them, newest first, in bounded memory. */
  stream(scope: TradeScope, filter?: TradeFilter): AsyncIterable<Trade>;
  /**
   * Fills that venues took back, whoever's they are, the last taken back first; `from` and `to` are of `bustedAt`. Those of one
   * owner: `list` with `includeBusted`.
   */
  listBusted(options?: HistoryOptions): Promise<Page<Trade>>;
  /** Realised P&L and fees by period and currency, oldest first; periods without any are left out. */
  realizedPnl(owner: PnlOwner, options: RealizedPnlOptions): Promise<readonly PnlPeriod[]>;
  /** Realised P&L and fees fill by fill over [from, to), oldest first, in bounded memory. */
  streamRealizedPnl(owner: PnlOwner, range: TimeRange): AsyncIterable<PnlPoint>;
}

/**
 * Fills in the database. Every write is one transaction and happens once however often it is sent. Round trips are not among
 * the reads of a replica: they need one moment for several statements.
 */
export interface Trades extends TradeReads {
  /** One page of a position's round trips, in the order they ended. */
  listRoundTrips(position: PositionKey, options?: RoundTripListOptions): Promise<Page<MeasuredRoundTrip>>;
  /** All of them, in bounded memory. */
  streamRoundTrips(position: PositionKey, filter?: RoundTripFilter): AsyncIterable<MeasuredRoundTrip>;
  /**
   * Records a fill. Sent again it is the same row; the same key with other contents is refused.
   * @throws {ConflictError} recorded with other contents, naming the field that differs
   */
  append(fill: NewFill): Promise<Trade>;
  /**
   * Records up to 10,000 fills, all or none, in one statement. @returns them as stored, in the order they were given
   * @throws {ConflictError} as append
   */
  appendMany(fills: readonly NewFill[]): Promise<readonly Trade[]>;
  /**
   * Records fills in bulk by COPY, committed batch by batch; after a failure send them again. In order of time they cost
   * least.
   * @throws {ConflictError} recorded with other contents, naming the field; nothing of that batch is kept
   */
  copyIn(fills: Iterable<NewFill> | AsyncIterable<NewFill>, options?: CopyFillsOptions): Promise<CopyCounts>;
  /**
   * Marks a fill as taken back by the venue. FIX ExecType H (Trade Cancel). Its order is then what its other fills make of it.
   * @throws {NotFoundError} no such trade
   * @throws {ConflictError} busted already, at another moment or for another reason
   */
  bust(tradeId: string, bust: Bust): Promise<Trade>;
  /**
   * Marks a fill as taken back and records its next correction, together or not at all. FIX ExecType G (Trade Correct). Its
   * order follows, as with bust. One that changes nothing, or has a field no correction has, is refused.
   * @throws {NotFoundError} no such trade
   * @throws {ConflictError} busted or corrected already, otherwise than this
   */
  correct(tradeId: string, correction: Correction): Promise<CorrectedTrade>;
}

/** @returns what can be asked of the trades behind a scope, a replica's included */
export function createTradeReads(scope: Queryable): TradeReads {
  return {
    get: async (tradeId) => required(await findTrade(scope, tradeId), tradeId),
    find: (tradeId) => findTrade(scope, tradeId),
    getByExchangeTradeId: (key, options) => getByExchangeTradeId(scope, key, options),
    findByExchangeTradeId: (key, options) => findByExchangeTradeId(scope, key, options),
    list: (of, options) => listTrades(scope, of, options),
    stream: (of, filter) => streamTrades(scope, of, filter),
    listBusted: (options) => listBustedTrades(scope, options),
    realizedPnl: (owner, options) => realizedPnl(scope, owner, options),
    streamRealizedPnl: (owner, range) => streamRealizedPnl(scope, owner, range),
  };
}

/** Brings the orders of fills that were taken back to what their fills make of them. In one order, whoever asks. */
const followOrders: Followed = async (transaction, trades, takenBackAt) => {
  const orderIds = new Set(trades.flatMap(({ orderId }) => orderId ?? []));
  for (const orderId of [...orderIds].toSorted()) await followFills(transaction, orderId, takenBackAt);
};

/** @returns the trades behind a scope */
export function createTrades(scope: Scope): Trades {
  const record = (fills: readonly CheckedFill[]): Promise<readonly Trade[]> =>
    fills.length === 0
      ? Promise.resolve([])
      : scope.atomically((transaction) => recordCheckedFills(transaction, fills), { idempotent: true });
  return {
    ...createTradeReads(scope),
    listRoundTrips: (position, options) => listRoundTrips(scope, position, options),
    streamRoundTrips: (position, filter) => streamRoundTrips(scope, position, filter),
    async append(fill) {
      const checked = checkFill(fill);
      const [trade] = await record([checked]);
      return required(trade, checked.id);
    },
    async appendMany(fills) {
      const checked = checkFills(fills);
      return record(checked).catch((error: unknown) => {
        throw refusedFills(error, checked);
      });
    },
    copyIn: (fills, options) => copyFills(scope, fills, options),
    bust: (tradeId, bust) => bustTrade(scope, tradeId, bust, followOrders),
    correct: (tradeId, correction) => correctTrade(scope, tradeId, correction, followOrders),
  };
}
