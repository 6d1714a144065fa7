// What fills make of a position, by average cost, in whole numbers: the arithmetic of the schema's `average_cost` (its
// functions/average-cost.ts), so that seeded fills bear their P&L already. What this gives is checked: after seeding the schema's
// own rebuild goes over every fill and would change what differs.
import { MONEY_DECIMALS, type Money } from "../amounts.ts";

/** A position. */
export interface Position {
  /** In lots; negative short. */
  readonly lots: number;
  /** What the open lots cost; never negative. */
  readonly cost: Money;
}

/** A position, and what the last fill realised. */
export interface Accounted extends Position {
  readonly realizedPnl: Money;
}

/** A position without a fill. */
export const flat: Position = { lots: 0, cost: 0n };

/** How lots and ticks of an instrument count. */
export interface Scale {
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

function costOf(lots: number, ticks: number, { priceDecimals, quantityDecimals }: Scale): Money {
  const decimals = priceDecimals + quantityDecimals;
  return BigInt(lots) * BigInt(ticks) * 10n ** BigInt(MONEY_DECIMALS - decimals);
}

/** @param signedLots negative for a sale; 0 for a fill that was taken back, which changes nothing */
export function account(position: Position, signedLots: number, ticks: number, scale: Scale): Accounted {
  const { lots, cost } = position;
  if (signedLots === 0) return { lots, cost, realizedPnl: 0n };
  const size = Math.abs(signedLots);
  if (lots === 0 || Math.sign(lots) === Math.sign(signedLots)) {
    return { lots: lots + signedLots, cost: cost + costOf(size, ticks, scale), realizedPnl: 0n };
  }
  const open = Math.abs(lots);
  const closed = Math.min(size, open);
  // Cut, not rounded; what is cut off stays in the position.
  const closedCost = closed === open ? cost : (cost * BigInt(closed)) / BigInt(open);
  const gained = costOf(closed, ticks, scale) - closedCost;
  return {
    lots: lots + signedLots,
    cost: size > open ? costOf(size - open, ticks, scale) : cost - closedCost,
    realizedPnl: lots > 0 ? gained : -gained,
  };
}

/** What a position is worth above its cost, at a price in ticks. */
export function unrealized({ lots, cost }: Position, ticks: number, scale: Scale): Money {
  const worth = costOf(Math.abs(lots), ticks, scale);
  return lots >= 0 ? worth - cost : cost - worth;
}

/** What a position is worth at a price in ticks; negative short. */
export function exposure({ lots }: Position, ticks: number, scale: Scale): Money {
  return costOf(lots, ticks, scale);
}
