// Which fill of a list the database refused, where what it refused says so. Not the checks before anything is sent (checked-fill.ts), and
// not what is wrong with it (statements/refused-field.ts).
import { ConflictError, InvalidInputError } from "@app/database";
import { atPlace } from "../statements/refused-field.ts";
import type { CheckedFill } from "./checked-fill.ts";

/** @returns the error with the place of the fill that it means, such as `fills[3].`; as it is where it does not say which */
export function refusedFills(error: unknown, fills: readonly CheckedFill[], first = 0): unknown {
  if (!(error instanceof ConflictError || error instanceof InvalidInputError)) return error;
  if (error.field === undefined) return error;
  const index =
    error.constraint === "trades_not_from_the_future"
      ? latestOf(fills)
      : fills.findIndex((fill) => isMeant(fill, error));
  return index < 0 ? error : atPlace(error, `fills[${first + index}].`);
}

/** Where any fill lies ahead of the database's clock, the latest does. */
function latestOf(fills: readonly CheckedFill[]): number {
  const times = fills.map(({ executedAt }) => executedAt);
  const [last] = times.toSorted((one, other) => Temporal.Instant.compare(other, one));
  return last === undefined ? -1 : times.indexOf(last);
}

/** An id is in no sentence about another one. */
function isMeant(
  { id, strategyId, orderId }: CheckedFill,
  { constraint, message }: ConflictError | InvalidInputError,
): boolean {
  switch (constraint) {
    case "trades_strategy_id_fkey":
      return strategyId !== null && message.includes(strategyId);
    case "trades_order_id_exists":
      return orderId !== null && message.includes(orderId);
    case "trades_order_matches":
    case "trades_order_before_fill":
      return message.includes(id);
    case undefined:
    default:
      return false;
  }
}
