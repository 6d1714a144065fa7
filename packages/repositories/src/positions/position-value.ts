// What an open position would realise at a price: one the caller gives, or the close of the latest bar. Computed in SQL, exact.
import type { Decimal, Queryable } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { onlyOneOf } from "../input/owner-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { noPosition } from "./find-position.ts";
import { checkPositionKey, type PositionKey } from "./position-key.ts";
import type { Position } from "./position.ts";

/** The price a position is held against. */
export type PositionMark =
  /** A price above 0, in settlement currency for one unit. */
  | { readonly price: string }
  /** The close of the latest bar of this length; it may still be forming. */
  | { readonly timeframe: Timeframe };

/** A position at a price. */
export interface ValuedPosition extends Position {
  /** null where the instrument has no bar of that timeframe. A bar is a float; this is the shortest decimal that is that float. */
  readonly markPrice: Decimal | null;
  /** When the bar opened; null where the caller gave the price. */
  readonly markedAt: Temporal.Instant | null;
  /** What closing all of it there would realise, in settlement currency, before fees; 0 when flat, null without a price. */
  readonly unrealizedPnl: Decimal | null;
}

/**
 * A position at a price.
 * @throws {InvalidInputError} naming the field
 * @throws {NotFoundError} nothing was ever traded there
 */
export async function valuePosition(
  database: Queryable,
  position: PositionKey,
  mark: PositionMark,
): Promise<ValuedPosition> {
  const key = checkPositionKey(position);
  const { rows } = await database.query<ValuedPosition>(statementOf(key, mark));
  const [valued] = rows;
  if (valued === undefined) throw noPosition(key);
  return valued;
}

function statementOf(key: PositionKey, mark: PositionMark) {
  const word = onlyOneOf("mark", mark, [["price"], ["timeframe"]]);
  const given: unknown = Reflect.get(mark, word);
  return word === "price"
    ? catalogued("positions.value_at_price", { ...key, markPrice: amount("price", given, "positive") })
    : catalogued("positions.value_at_last_bar", {
        ...key,
        timeframe: choice("timeframe", given, timeframes),
      });
}
