// Which trades a list is of: one scope, each read by an index of its own, and filters on top.
import { earlyFillDays } from "@app/schema/queries";
import { type OrderSide, orderSides } from "@app/schema/vocabulary";
import { timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice, flag } from "../input/choice-field.ts";
import { type OpenTimeRange, openTimeRange, rangeFields } from "../input/instant-field.ts";
import type { FieldNames } from "../input/known-fields.ts";
import {
  onlyOneOf,
  type Owner,
  ownerAlternatives,
  ownerField,
  type OwnerKind,
} from "../input/owner-field.ts";
import type { PageOptions } from "../paging/page.ts";
import { checkPositionKey, type PositionKey } from "../positions/position-key.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";

/** Whose trades: an owner's, those of an order, or of a position. Exactly one of them. */
export type TradeScope = Owner | { readonly orderId: string } | { readonly position: PositionKey };

/** Signs of a fill's realised P&L. */
export const pnlSigns = ["profit", "loss", "flat"] as const;

/** Sign of a fill's realised P&L: above 0, below 0, or 0 (it only opened, or closed at cost). */
export type PnlSign = (typeof pnlSigns)[number];

/** What of a scope is wanted; `from` and `to` are of `executedAt`. */
export interface TradeFilter extends OpenTimeRange {
  /** @defaultValue both */
  readonly side?: OrderSide | undefined;
  /** By the sign of realised P&L, before fees. @defaultValue any */
  readonly pnl?: PnlSign | undefined;
  /**
   * Whether fills the venue took back are listed too. They count for nothing, so by default the quantities and P&L of a list
   * add up to what positions and roll-ups say; an audit asks for them.
   * @defaultValue false
   */
  readonly includeBusted?: boolean | undefined;
}

/** The names of what a filter has. */
export const tradeFilterFields: FieldNames<TradeFilter> = {
  ...rangeFields,
  side: true,
  pnl: true,
  includeBusted: true,
};

/** Which page of them. */
export interface TradeListOptions extends TradeFilter, PageOptions {}

/** By what a scope is read: the last word of its queries' names. */
export type ScopeKind = OwnerKind | "order" | "position";

/** A selection, checked. */
export interface CheckedSelection {
  readonly kind: ScopeKind;
  readonly scope: QueryValues;
  readonly filter: {
    readonly side: OrderSide | null;
    readonly pnlSign: number | null;
    readonly includeBusted: boolean;
  };
  readonly from: Temporal.Instant | undefined;
  readonly to: Temporal.Instant | undefined;
}

const signOf: Readonly<Record<PnlSign, number>> = { profit: 1, loss: -1, flat: 0 };

const scopeAlternatives = [...ownerAlternatives, ["orderId"], ["position"]] as const;

function checkScope(scope: TradeScope): { readonly kind: ScopeKind; readonly scope: QueryValues } {
  const word = onlyOneOf("scope", scope, scopeAlternatives);
  if (word === "position" && "position" in scope) {
    return { kind: "position", scope: { ...checkPositionKey(scope.position) } };
  }
  if (word === "orderId") {
    return { kind: "order", scope: { orderId: timeOrderedId("orderId", Reflect.get(scope, "orderId")) } };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the words, one of an owner's is left
  const { by, values } = ownerField(scope as Owner);
  return { kind: by, scope: values };
}

/** The clocks of venue and caller differ, so a fill may bear a time before its order's; not by a day. */
function notBefore(ordered: Temporal.Instant, from: Temporal.Instant | undefined): Temporal.Instant {
  return from === undefined || Temporal.Instant.compare(from, ordered) < 0 ? ordered : from;
}

/** @throws {InvalidInputError} naming the field */
export function checkSelection(of: TradeScope, filter: TradeFilter): CheckedSelection {
  const { kind, scope } = checkScope(of);
  const { from, to } = openTimeRange(filter);
  return {
    kind,
    scope,
    filter: {
      side: filter.side === undefined ? null : choice("side", filter.side, orderSides),
      pnlSign: filter.pnl === undefined ? null : signOf[choice("pnl", filter.pnl, pnlSigns)],
      includeBusted: flag("includeBusted", filter.includeBusted ?? false),
    },
    from:
      kind === "order"
        ? notBefore(timeOfId(String(scope.orderId)).subtract({ hours: earlyFillDays * 24 }), from)
        : from,
    to,
  };
}
