// Finds one trade: by its id, which holds its time, or by what the venue calls it.
import { NotFoundError, type Queryable } from "@app/database";
import { type OrderSide, orderSides } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { objectField } from "../input/object-field.ts";
import { namedCode } from "../input/text-field.ts";
import { NEWEST } from "../paging/cursor.ts";
import { type LookUpOptions, lookUpStart } from "../paging/history.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Trade } from "./trade.ts";

/** What a venue calls a fill. */
export interface VenueTradeKey {
  readonly exchange: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** FIX tag 1003 (TradeID). */
  readonly exchangeTradeId: string;
}

/** @throws {InvalidInputError} naming `tradeId` */
export async function findTrade(scope: Queryable, tradeId: string): Promise<Trade | undefined> {
  const id = timeOrderedId("tradeId", tradeId);
  const { rows } = await scope.query<Trade>(catalogued("trades.get", { id }));
  return rows[0];
}

/**
 * The newest fill of that name, in its last correction. Some venues begin their numbers again each day.
 * @throws {InvalidInputError} naming the field
 */
export async function findByExchangeTradeId(
  scope: Queryable,
  key: VenueTradeKey,
  options: LookUpOptions = {},
): Promise<Trade | undefined> {
  const names = {
    exchange: namedCode("exchange", objectField("key", key).exchange),
    account: namedCode("account", key.account),
    symbol: namedCode("symbol", key.symbol),
    side: choice("side", key.side, orderSides),
    exchangeTradeId: namedCode("exchangeTradeId", key.exchangeTradeId),
  };
  const from = lookUpStart(options);
  const [trade] = await readNewestFirst<Trade>(
    async (start, before) =>
      (
        await scope.query<Trade>(
          catalogued("trades.find_by_exchange_trade_id", { ...names, from: start, to: before.time }),
        )
      ).rows,
    { before: NEWEST, from, limit: 1, now: Temporal.Now.instant().round("millisecond") },
  );
  return trade;
}

/** As {@link findByExchangeTradeId}. @throws {NotFoundError} no such trade */
export async function getByExchangeTradeId(
  scope: Queryable,
  key: VenueTradeKey,
  options: LookUpOptions = {},
): Promise<Trade> {
  const trade = await findByExchangeTradeId(scope, key, options);
  if (trade !== undefined) return trade;
  throw new NotFoundError(
    `There is no ${key.side} ${key.exchangeTradeId} of ${key.symbol} on ${key.exchange}, account ${key.account}.`,
    { table: "trades" },
  );
}
