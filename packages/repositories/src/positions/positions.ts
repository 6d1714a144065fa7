// The room for positions: what is open, what it cost, what it would realise, and how it came about. It only reads: positions
// follow from fills. Each reading is in the file named after it.
import type { Page } from "../paging/cursor.ts";
import type { Scope } from "../statements/scope.ts";
import type { Trade } from "../trades/trade.ts";
import { findPosition, noPosition } from "./find-position.ts";
import { listOpenPositions, type OpenPositionPage, type OpenPositionScope } from "./open-positions.ts";
import { listPositionHistory, type PositionHistoryPage, streamPositionHistory } from "./position-history.ts";
import type { PositionKey } from "./position-key.ts";
import { type Mark, type ValuedPosition, valuePosition } from "./position-value.ts";
import type { Position } from "./position.ts";

/** Positions in the database. */
export interface Positions {
  /** A position by its key, flat ones too. @throws {NotFoundError} where nothing was ever traded */
  get(key: PositionKey): Promise<Position>;
  /** As get, or undefined. */
  find(key: PositionKey): Promise<Position | undefined>;
  /** What is open of an account, a strategy or an instrument, in order of key (of an instrument: in the order they were made). */
  listOpen(scope: OpenPositionScope, page?: OpenPositionPage): Promise<Page<Position>>;
  /** A position's fills, in the order they were accounted. */
  listFills(key: PositionKey, page?: PositionHistoryPage): Promise<Page<Trade>>;
  /** All of them, in bounded memory. */
  streamFills(key: PositionKey, options?: Pick<PositionHistoryPage, "includeBusted">): AsyncIterable<Trade>;
  /** A position with what closing it at a price would realise. @throws {NotFoundError} where nothing was ever traded */
  value(key: PositionKey, mark: Mark): Promise<ValuedPosition>;
}

/** @returns the positions behind a scope */
export function createPositions(scope: Scope): Positions {
  return {
    async get(key) {
      const position = await findPosition(scope, key);
      if (position === undefined) throw noPosition(key);
      return position;
    },
    find: (key) => findPosition(scope, key),
    listOpen: (of, page) => listOpenPositions(scope, of, page),
    listFills: (key, page) => listPositionHistory(scope, key, page),
    streamFills: (key, options) => streamPositionHistory(scope, key, options),
    value: (key, mark) => valuePosition(scope, key, mark),
  };
}
