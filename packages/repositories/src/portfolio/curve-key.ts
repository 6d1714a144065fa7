// The name of an equity curve: an account, one strategy in it or the whole of it, and the currency of its amounts.
// Not the curve itself. Checked before any statement is sent.
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { optional } from "../input/optional.ts";
import { currency, namedCode } from "../input/text-field.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Statement } from "@app/database";

/** Identifies one equity curve. */
export interface CurveKey {
  readonly account: string;
  /** The strategy whose curve it is; left out or null for the whole account. */
  readonly strategyId?: string | null | undefined;
  /** Currency of every amount; amounts of others are never added in. */
  readonly currency: string;
}

/** A key that was checked. */
export interface CheckedCurve {
  readonly account: string;
  readonly strategyId: string | null;
  readonly currency: string;
}

/** @throws {InvalidInputError} naming the field */
export function checkCurve(curve: CurveKey): CheckedCurve {
  return {
    account: namedCode("account", curve.account),
    strategyId: optional(curve.strategyId, (id) => timeOrderedId("strategyId", id)),
    currency: currency("currency", curve.currency),
  };
}

/** Questions that are asked of a strategy's curve under this name, and of an account's under `name_of_account`. */
type CurveQuery =
  | "portfolio_curves.get"
  | "portfolio_curves.list"
  | "portfolio_snapshots.list"
  | "portfolio_snapshots.equity_curve"
  | "portfolio_snapshots.drawdowns"
  | "positions.exposure"
  | "positions.valuation";

/** The statement of a question in the variant that finds this strategy, or the account as a whole. */
export function curveStatement(
  name: CurveQuery,
  owner: { readonly account: string; readonly strategyId: string | null },
  values: QueryValues = {},
): Statement {
  const given = { ...owner, ...values };
  return owner.strategyId === null ? catalogued(`${name}_of_account`, given) : catalogued(name, given);
}
