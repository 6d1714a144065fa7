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

/** The ways to name an owner. */
export const ownerAlternatives = [["strategyId"], ["account"], ["exchange", "symbol"]] as const;

/**
 * Which of several ways to name something is taken. Each is a list of properties, the first of which tells it from the others.
 * What belongs to two of them at once is refused: it would have to be answered by an index that is not there, and taking one
 * of the two gives rows nobody asked for. So is what is none of the properties: misspelt and passed over it would be all of the rest.
 * @param path what errors put before a property, such as `capital.`
 * @throws {InvalidInputError} naming the field; what goes with the first property is not looked at
 */
export function onlyOneOf<Word extends string>(
  field: string,
  value: unknown,
  alternatives: readonly (readonly [Word, ...(readonly string[])])[],
  path = "",
): Word {
  if (typeof value !== "object" || value === null) {
    throw refusal(field, value, `an object with ${wantedOf(alternatives)}`);
  }
  const isGiven = (name: string): boolean => Reflect.get(value, name) !== undefined;
  const names = new Set<string>(alternatives.flat());
  const unknown = Object.keys(value).find((name) => !names.has(name) && isGiven(name));
  if (unknown !== undefined) {
    throw refusalBecause(
      `${path}${unknown}`,
      `there is no such name here; give one of ${wantedOf(alternatives)}.`,
    );
  }
  const given = [...names].filter(isGiven);
  const [only, ...more] = alternatives.filter(([word]) => isGiven(word));
  if (only !== undefined && more.length === 0 && given.every((name) => only.includes(name))) return only[0];
  throw refusalBecause(field, `name one of ${wantedOf(alternatives)}; given: ${given.join(", ") || "none"}.`);
}

function wantedOf(alternatives: readonly (readonly string[])[]): string {
  return alternatives
    .map(([word, ...others]) => (others.length === 0 ? word : `${word} with ${others.join(" and ")}`))
    .join(", ");
}

/** @throws {InvalidInputError} naming the field, or `owner` where it is not clear who is meant */
export function ownerField(owner: Owner): CheckedOwner {
  const word = onlyOneOf("owner", owner, ownerAlternatives);
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
