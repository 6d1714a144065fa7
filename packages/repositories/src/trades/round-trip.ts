// A round trip: a position from its entry until it is flat. Folds the fills of one position, in the order of accounting, into
// trips, holding one of them at a time. A flip through zero ends one trip and begins another with what is left.
// Invariant: P&L and fees of the trips add up to those of the fills, to the last digit.
import type { Decimal } from "@app/database";
import type { OrderSide } from "@app/schema/vocabulary";
import { type Amount, decimalOf, exact, quotient, ZERO } from "../amounts/exact-decimal.ts";

/** How far a price went against a trip, or towards it, while it was open. */
export interface Excursion {
  /** Greatest distance of a bar's extreme from the average entry price of that moment; 0 where it never went there. */
  readonly price: Decimal;
  /** Greatest distance × open quantity × multiplier, in settlement currency; may be of another bar than `price`. */
  readonly amount: Decimal;
}

/** Fees charged in one currency. */
export interface CurrencyFee {
  readonly currency: string;
  /** Negative where rebates outweigh them. */
  readonly amount: Decimal;
}

/** A position from entry to flat. */
export interface RoundTrip {
  readonly side: "long" | "short";
  readonly openedAt: Temporal.Instant;
  /** Id of the fill that opened it. */
  readonly openedBy: string;
  readonly closedAt: Temporal.Instant;
  /** Id of the fill that made it flat, or flipped it. */
  readonly closedBy: string;
  /** Exact, in hours and smaller units. */
  readonly holdingTime: Temporal.Duration;
  /** All that was entered, which is all that was left; in contracts or units. */
  readonly quantity: Decimal;
  /** Most that was open at once. */
  readonly maximumQuantity: Decimal;
  /** Average price of the entries, by quantity, cut at 18 decimal places. */
  readonly entryPrice: Decimal;
  /** Average price of the exits, by quantity, cut at 18 decimal places. */
  readonly exitPrice: Decimal;
  readonly settlementCurrency: string;
  /** Before fees, in settlement currency. */
  readonly realizedPnl: Decimal;
  /** Of a flip, the ended trip bears its share by quantity, cut at 18 decimal places; the new one the rest. Order of first charge. */
  readonly fees: readonly CurrencyFee[];
  /** Fills that took part, both ends included. */
  readonly fillCount: number;
}

/** What the fold needs to know of a fill that counts. */
export interface TripFill {
  readonly id: string;
  readonly executedAt: Temporal.Instant;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly contractMultiplier: Decimal;
  readonly settlementCurrency: string;
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly realizedPnl: Decimal;
  /** Position after it. */
  readonly positionQuantity: Decimal;
}

/** Folds fills into trips. */
export interface TripFold {
  /** Goes on from a boundary: the trip that it began is under way, the one that it ended is not. */
  resume(boundary: TripFill): void;
  /** @returns the trip this fill ended, if it ended one */
  add(fill: TripFill): RoundTrip | undefined;
}

interface OpenTrip {
  readonly side: "long" | "short";
  readonly opening: TripFill;
  entered: Amount;
  entryNotional: Amount;
  left: Amount;
  exitNotional: Amount;
  maximum: Amount;
  realized: Amount;
  readonly fees: Map<string, Amount>;
  fillCount: number;
}

/** @returns a fold that has seen no fill; fills before the first entry it sees are part of no trip */
export function createTripFold(): TripFold {
  let open: OpenTrip | undefined;
  return {
    resume(boundary) {
      const { remainder, openingFee } = partsOf(boundary);
      open = remainder.eq(0) ? undefined : begin(boundary, remainder, openingFee);
    },
    add(fill) {
      const { before, signed, closing, closingFee, remainder, openingFee } = partsOf(fill);
      if (closing.eq(0)) {
        if (before.eq(0)) open = begin(fill, remainder, openingFee);
        else if (open !== undefined) enter(open, fill, remainder, openingFee);
        return undefined;
      }
      const trip = open;
      if (trip !== undefined) leave(trip, fill, closing, closingFee);
      if (closing.lt(before.abs())) return undefined;
      open = signed.abs().gt(closing) ? begin(fill, remainder, openingFee) : undefined;
      return trip === undefined ? undefined : finished(trip, fill);
    },
  };
}

/** What a fill did: how much it closed, and how much it opened, each with its share of the fee. */
function partsOf(fill: TripFill) {
  const quantity = exact(fill.quantity);
  const signed = fill.side === "buy" ? quantity : quantity.neg();
  const before = exact(fill.positionQuantity).minus(signed);
  const isAgainst = before.times(signed).lt(0);
  const closing = !isAgainst ? ZERO : before.abs().lt(quantity) ? before.abs() : quantity;
  const remainder = quantity.minus(closing);
  const fee = exact(fill.fee);
  const closingFee = remainder.eq(0) ? fee : quotient(fee.times(closing), quantity);
  return { before, signed, closing, closingFee, remainder, openingFee: fee.minus(closingFee) };
}

function begin(opening: TripFill, quantity: Amount, fee: Amount): OpenTrip {
  const trip: OpenTrip = {
    side: opening.side === "buy" ? "long" : "short",
    opening,
    entered: ZERO,
    entryNotional: ZERO,
    left: ZERO,
    exitNotional: ZERO,
    maximum: ZERO,
    realized: ZERO,
    fees: new Map(),
    fillCount: 0,
  };
  enter(trip, opening, quantity, fee);
  return trip;
}

function enter(trip: OpenTrip, fill: TripFill, quantity: Amount, fee: Amount): void {
  trip.entered = trip.entered.plus(quantity);
  trip.entryNotional = trip.entryNotional.plus(quantity.times(fill.price));
  const held = trip.entered.minus(trip.left);
  if (held.gt(trip.maximum)) trip.maximum = held;
  take(trip, fill.feeCurrency, fee);
}

function leave(trip: OpenTrip, fill: TripFill, quantity: Amount, fee: Amount): void {
  trip.left = trip.left.plus(quantity);
  trip.exitNotional = trip.exitNotional.plus(quantity.times(fill.price));
  trip.realized = trip.realized.plus(fill.realizedPnl);
  take(trip, fill.feeCurrency, fee);
}

function take(trip: OpenTrip, currency: string, fee: Amount): void {
  trip.fillCount += 1;
  if (!fee.eq(0)) trip.fees.set(currency, (trip.fees.get(currency) ?? ZERO).plus(fee));
}

function finished(trip: OpenTrip, closing: TripFill): RoundTrip {
  const { opening } = trip;
  return {
    side: trip.side,
    openedAt: opening.executedAt,
    openedBy: opening.id,
    closedAt: closing.executedAt,
    closedBy: closing.id,
    holdingTime: closing.executedAt.since(opening.executedAt, { largestUnit: "hours" }),
    quantity: decimalOf(trip.entered),
    maximumQuantity: decimalOf(trip.maximum),
    entryPrice: decimalOf(quotient(trip.entryNotional, trip.entered)),
    exitPrice: decimalOf(quotient(trip.exitNotional, trip.left)),
    settlementCurrency: opening.settlementCurrency,
    realizedPnl: decimalOf(trip.realized),
    fees: Array.from(trip.fees, ([currency, amount]) => ({ currency, amount: decimalOf(amount) })),
    fillCount: trip.fillCount,
  };
}
