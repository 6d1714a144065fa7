// The room for positions: what is open, what it cost, what it would realise, and how it came about. It only reads: positions
// follow from fills. Each reading is in the file named after it.
import type { Queryable } from "@app/database";
import type { Owner } from "../input/owner-field.ts";
import type { Page, PageOptions } from "../paging/page.ts";
import type { Trade } from "../trades/trade.ts";
import { findPosition, noPosition } from "./find-position.ts";
import { listOpenPositions } from "./open-positions.ts";
import {
  listPositionHistory,
  type PositionFillFilter,
  type PositionFillListOptions,
  streamPositionHistory,
} from "./position-history.ts";
import type { PositionKey } from "./position-key.ts";
import { type PositionMark, type ValuedPosition, valuePosition } from "./position-value.ts";
import type { Position } from "./position.ts";

/** Positions in the database. Every method throws InvalidInputError, naming the field, before it sends anything. */
export interface Positions {
  /** A position by its key, flat ones too. @throws {NotFoundError} where nothing was ever traded */
  get(key: PositionKey): Promise<Position>;
  /** As get, or undefined. */
  find(key: PositionKey): Promise<Position | undefined>;
  /** What is open of an account, a strategy or an instrument, in order of key (of an instrument: in the order they were made). */
  listOpen(owner: Owner, options?: PageOptions): Promise<Page<Position>>;
  /** A position's fills, in the order they were accounted. */
  listFills(key: PositionKey, options?: PositionFillListOptions): Promise<Page<Trade>>;
  /** All of them, in bounded memory. */
  streamFills(key: PositionKey, filter?: PositionFillFilter): AsyncIterable<Trade>;
  /** A position with what closing it at a price would realise. @throws {NotFoundError} where nothing was ever traded */
  value(key: PositionKey, mark: PositionMark): Promise<ValuedPosition>;
}

/** @returns the positions behind a scope */
export function createPositions(scope: Queryable): Positions {
  return {
    async get(key) {
      const position = await findPosition(scope, key);
      if (position === undefined) throw noPosition(key);
      return position;
    },
    find: (key) => findPosition(scope, key),
    listOpen: (owner, options) => listOpenPositions(scope, owner, options),
    listFills: (key, options) => listPositionHistory(scope, key, options),
    streamFills: (key, filter) => streamPositionHistory(scope, key, filter),
    value: (key, mark) => valuePosition(scope, key, mark),
  };
}
