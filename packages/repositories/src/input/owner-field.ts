// Whose rows a list is of: a strategy's, an account's, or those of an instrument. Each is answered by an index of its own, so
// exactly one is named. Not which of them (that is the list's filter).
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";
import { refusal, refusalBecause } from "./refuse.ts";
import { namedCode } from "./text-field.ts";

/** Whose: a strategy's, an account's, or an instrument's, of whoever. Exactly one of them. */
export type Owner =
  | { readonly strategyId: string }
  | { readonly account: string }
  | { readonly exchange: string; readonly symbol: string };

/** The last word of the names of the queries that answer it. */
export type OwnerKind = "strategy" | "account" | "symbol";

/** An owner that was checked. */
export interface CheckedOwner<Kind extends string = OwnerKind> {
  readonly by: Kind;
  readonly values: QueryValues;
}

const words = ["strategyId", "account", "exchange"] as const;

/**
 * The one of some properties that is given: two at once would have to be answered by an index that is not there.
 * @throws {InvalidInputError} naming the field; `wanted` says what may be given
 */
export function onlyOneOf<Word extends string>(
  field: string,
  value: unknown,
  names: readonly Word[],
  wanted: string,
): Word {
  if (typeof value !== "object" || value === null) throw refusal(field, value, `an object with ${wanted}`);
  const given = names.filter((name) => Reflect.get(value, name) !== undefined);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw refusalBecause(field, `name one of ${wanted}; given: ${given.join(", ") || "none"}.`);
  }
  return only;
}

/** @throws {InvalidInputError} naming the field, or `owner` where it is not clear who is meant */
export function ownerField(owner: Owner): CheckedOwner {
  const word = onlyOneOf("owner", owner, words, "strategyId, account, exchange with symbol");
  const part = (name: string): unknown => Reflect.get(owner, name);
  switch (word) {
    case "strategyId":
      return { by: "strategy", values: { strategyId: timeOrderedId("strategyId", part("strategyId")) } };
    case "account":
      return { by: "account", values: { account: namedCode("account", part("account")) } };
    case "exchange":
      return {
        by: "symbol",
        values: {
          exchange: namedCode("exchange", part("exchange")),
          symbol: namedCode("symbol", part("symbol")),
        },
      };
  }
}
