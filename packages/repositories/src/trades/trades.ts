// The room for fills: recording them, taking them back, reading their history and what they earned. Holds no state of its own;
// each method is in the file named after what it does.
import type { Scope } from "../statements/scope.ts";
import { checkFill } from "./checked-fill.ts";
import { findTrade } from "./find-trade.ts";
import { checkFills, recordCheckedFills, required } from "./record-fills.ts";
import type { NewFill, Trade } from "./trade.ts";

/** Fills in the database. */
export interface Trades {
  append(fill: NewFill): Promise<Trade>;
  appendMany(fills: readonly NewFill[]): Promise<readonly Trade[]>;
  get(tradeId: string): Promise<Trade>;
  find(tradeId: string): Promise<Trade | undefined>;
}

/** @returns the trades behind a scope */
export function createTrades(scope: Scope): Trades {
  const record = (fills: readonly ReturnType<typeof checkFill>[]): Promise<readonly Trade[]> =>
    fills.length === 0
      ? Promise.resolve([])
      : scope.atomically((transaction) => recordCheckedFills(transaction, fills), { idempotent: true });
  return {
    async append(fill) {
      const checked = checkFill(fill);
      const [trade] = await record([checked]);
      return required(trade, checked.id);
    },
    appendMany: async (fills) => record(checkFills(fills)),
    get: async (tradeId) => required(await findTrade(scope, tradeId), tradeId),
    find: (tradeId) => findTrade(scope, tradeId),
  };
}
