// The name of an equity curve: an account, one strategy in it or the whole of it, and the currency of its amounts.
// Not the curve itself. Checked before any statement is sent.
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type FieldNames, refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { optional } from "../input/optional.ts";
import { currency, namedCode } from "../input/text-field.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Statement } from "@app/database";

/** Names a portfolio: an account, or one strategy in it. */
export interface PortfolioKey {
  readonly account: string;
  /** The strategy; left out or null for the whole account. */
  readonly strategyId?: string | null | undefined;
}

/** A portfolio's key that was checked. */
export interface CheckedPortfolio {
  readonly account: string;
  readonly strategyId: string | null;
}

/** A curve's key names a portfolio too, so its currency is no misspelt field. */
const curveFields: FieldNames<CurveKey> = { account: true, strategyId: true, currency: true };

/**
 * A key that is taken whole, unlike others: a misspelt strategy that was passed over would be the whole account.
 * @throws {InvalidInputError} naming the field
 */
export function checkPortfolio(portfolio: PortfolioKey): CheckedPortfolio {
  refuseUnknownFields("a portfolio", objectField("portfolio", portfolio), curveFields);
  return checkedPortfolio(portfolio);
}

function checkedPortfolio(portfolio: PortfolioKey): CheckedPortfolio {
  return {
    account: namedCode("account", portfolio.account),
    strategyId: optional(portfolio.strategyId, (id) => timeOrderedId("strategyId", id)),
  };
}

/** Names one equity curve. */
export interface CurveKey extends PortfolioKey {
  /** Currency of every amount; amounts of others are never added in. */
  readonly currency: string;
}

/** A curve's key that was checked. */
export interface CheckedCurve extends CheckedPortfolio {
  readonly currency: string;
}

/** As {@link checkPortfolio}. @throws {InvalidInputError} naming the field */
export function checkCurve(curve: CurveKey): CheckedCurve {
  refuseUnknownFields("a curve", objectField("portfolio", curve), curveFields);
  return curveOfRecord(curve);
}

/** The curve that a record names among its other fields. @throws {InvalidInputError} naming the field */
export function curveOfRecord(record: CurveKey): CheckedCurve {
  return { ...checkedPortfolio(record), currency: currency("currency", record.currency) };
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
  portfolio: CheckedPortfolio,
  values: QueryValues = {},
): Statement {
  const given = { ...portfolio, ...values };
  return portfolio.strategyId === null ? catalogued(`${name}_of_account`, given) : catalogued(name, given);
}
