// Names one position: whose, on which account, of which instrument. Fills of no strategy make a position of their own.
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { refusal } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";

/** Identifies a position. */
export interface PositionKey {
  /** null for fills of no strategy. */
  readonly strategyId: string | null;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
}

/** @throws {InvalidInputError} naming the field */
export function checkPositionKey(key: PositionKey): PositionKey {
  if (typeof key !== "object" || key === null) throw refusal("position", key, "an object");
  return {
    // Left out is not the same as null: a forgotten strategy would silently name another position.
    strategyId: key.strategyId === null ? null : timeOrderedId("strategyId", key.strategyId),
    account: namedCode("account", key.account),
    exchange: namedCode("exchange", key.exchange),
    symbol: namedCode("symbol", key.symbol),
  };
}
