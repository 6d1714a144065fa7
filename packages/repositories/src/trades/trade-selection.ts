// Which trades a list is of: one scope, each read by an index of its own, and filters on top.
import { type OrderSide, orderSides } from "@app/schema/vocabulary";
import { timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice, flag } from "../input/choice-field.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { checkPositionKey, type PositionKey } from "../positions/position-key.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";

/** Whose trades: of a strategy, an account, an instrument, an order, or a position. */
export type TradeScope =
  | { readonly strategyId: string }
  | { readonly account: string }
  | { readonly exchange: string; readonly symbol: string }
  | { readonly orderId: string }
  | { readonly position: PositionKey };

/** Signs of a fill's realised P&L. */
export const pnlSigns = ["profit", "loss", "flat"] as const;

/** Sign of a fill's realised P&L: above 0, below 0, or 0 (it only opened, or closed at cost). */
export type PnlSign = (typeof pnlSigns)[number];

/** What of a scope is wanted. */
export interface TradeFilter {
  readonly side?: OrderSide | undefined;
  readonly pnl?: PnlSign | undefined;
  /** Executed at this moment or later. */
  readonly since?: Moment | undefined;
  /** Executed before this moment. */
  readonly until?: Moment | undefined;
  /**
   * Whether fills the venue took back are listed too. They count for nothing, so by default the quantities and P&L of a list
   * add up to what positions and roll-ups say; an audit asks for them.
   * @defaultValue false
   */
  readonly includeBusted?: boolean | undefined;
}

/** A scope with its filter. */
export type TradeSelection = TradeScope & TradeFilter;

/** By what a scope is read: the last word of its queries' names. */
export type ScopeKind = "strategy" | "account" | "symbol" | "order" | "position";

/** A selection, checked. */
export interface CheckedSelection {
  readonly kind: ScopeKind;
  readonly scope: QueryValues;
  readonly filter: {
    readonly side: OrderSide | null;
    readonly pnlSign: number | null;
    readonly includeBusted: boolean;
  };
  readonly since: Temporal.Instant | undefined;
  readonly until: Temporal.Instant | undefined;
}

const signOf: Readonly<Record<PnlSign, number>> = { profit: 1, loss: -1, flat: 0 };

const scopeWords = ["strategyId", "account", "exchange", "orderId", "position"] as const;

function checkScope(selection: TradeSelection): { readonly kind: ScopeKind; readonly scope: QueryValues } {
  const given = scopeWords.filter((word) => Reflect.get(selection, word) !== undefined);
  // Two at once would have to be answered by an index that is not there.
  if (given.length !== 1) {
    throw refusalBecause(
      "selection",
      `name one of strategyId, account, exchange with symbol, orderId, position; given: ${given.join(", ") || "none"}.`,
    );
  }
  if ("position" in selection && selection.position !== undefined) {
    return { kind: "position", scope: { ...checkPositionKey(selection.position) } };
  }
  if ("strategyId" in selection && selection.strategyId !== undefined) {
    return { kind: "strategy", scope: { strategyId: timeOrderedId("strategyId", selection.strategyId) } };
  }
  if ("account" in selection && selection.account !== undefined) {
    return { kind: "account", scope: { account: namedCode("account", selection.account) } };
  }
  if ("orderId" in selection && selection.orderId !== undefined) {
    return { kind: "order", scope: { orderId: timeOrderedId("orderId", selection.orderId) } };
  }
  const exchange: unknown = Reflect.get(selection, "exchange");
  const symbol: unknown = Reflect.get(selection, "symbol");
  return {
    kind: "symbol",
    scope: { exchange: namedCode("exchange", exchange), symbol: namedCode("symbol", symbol) },
  };
}

/** The clocks of venue and caller differ, so a fill may bear a time before its order's; not by a day. */
function notBefore(ordered: Temporal.Instant, since: Temporal.Instant | undefined): Temporal.Instant {
  return since === undefined || Temporal.Instant.compare(since, ordered) < 0 ? ordered : since;
}

/** @throws {InvalidInputError} naming the field */
export function checkSelection(selection: TradeSelection): CheckedSelection {
  if (typeof selection !== "object" || selection === null)
    throw refusalBecause("selection", "it is no object.");
  const { kind, scope } = checkScope(selection);
  const since = selection.since === undefined ? undefined : timeBound("since", selection.since);
  const until = selection.until === undefined ? undefined : timeBound("until", selection.until);
  if (since !== undefined && until !== undefined && Temporal.Instant.compare(since, until) > 0) {
    throw refusalBecause(
      "until",
      `the range ends at ${until.toString()}, before it begins at ${since.toString()}.`,
    );
  }
  return {
    kind,
    scope,
    filter: {
      side: selection.side === undefined ? null : choice("side", selection.side, orderSides),
      pnlSign: selection.pnl === undefined ? null : signOf[choice("pnl", selection.pnl, pnlSigns)],
      includeBusted: flag("includeBusted", selection.includeBusted ?? false),
    },
    since:
      kind === "order" ? notBefore(timeOfId(String(scope.orderId)).subtract({ hours: 24 }), since) : since,
    until,
  };
}
