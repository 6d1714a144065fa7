// Positions of all strategies, brought forward fill by fill, with what each strategy has realised and paid. In memory.
// Invariant: fills come in the order of accounting, (executed_at, id).
import { type Money, unitsToMoney } from "../amounts.ts";
import type { Instrument } from "../market/instrument.ts";
import { positionKey } from "../orders/day-of-orders.ts";
import { type AccountedFill, FEE_DECIMALS, type FillRow } from "../orders/order-rows.ts";
import type { SeedStrategy } from "../strategies.ts";
import { account, flat, type Position } from "./average-cost.ts";

/** An open or flat position. */
export interface HeldPosition {
  readonly instrument: Instrument;
  readonly position: Position;
}

/** What a strategy has come to. */
export interface StrategyBook {
  readonly realized: Money;
  /** In the currency of its exchange; fees in others are left out. */
  readonly fees: Money;
  readonly positions: ReadonlyMap<string, HeldPosition>;
}

/** All books. */
export interface Ledger {
  take(fill: FillRow): AccountedFill;
  heldLots(strategy: SeedStrategy, instrument: Instrument): number;
  book(strategy: SeedStrategy): StrategyBook;
}

/** Parts of the value traded, in millionths: makers are paid on one exchange, and pay less on the other. */
const RATES = { XNAS: { maker: -20, taker: 30 }, COIN: { maker: 200, taker: 500 } } as const;

/** A token of the exchange that one strategy in four pays its fees in, and its price in the currency of the exchange. */
const TOKEN = { currency: "COINT", price: 250 } as const;

function feeOf(
  { order, lots, ticks, isMaker }: FillRow,
  paysInToken: boolean,
): { readonly fee: number; readonly feeCurrency: string } {
  const { instrument } = order;
  const rates = instrument.venue.session === "always" ? RATES.COIN : RATES.XNAS;
  const value = (lots / 10 ** instrument.quantityDecimals) * (ticks / 10 ** instrument.priceDecimals);
  const fee = value * (isMaker ? rates.maker : rates.taker);
  const scale = 10 ** (FEE_DECIMALS - 6);
  return paysInToken
    ? { fee: Math.round((fee * scale) / TOKEN.price), feeCurrency: TOKEN.currency }
    : { fee: Math.round(fee * scale), feeCurrency: instrument.venue.currency };
}

interface OpenBook {
  realized: Money;
  fees: Money;
  readonly positions: Map<string, HeldPosition>;
}

/** @param strategies all that trade, in their order */
export function createLedger(strategies: readonly SeedStrategy[]): Ledger {
  const books = new Map<string, OpenBook>(
    strategies.map(({ id }) => [id, { realized: 0n, fees: 0n, positions: new Map() }]),
  );
  const inToken = new Set(strategies.filter((_, slot) => slot % 8 === 3).map(({ id }) => id));
  const bookOf = (strategy: SeedStrategy): OpenBook => {
    const book = books.get(strategy.id);
    if (book === undefined) throw new RangeError(`There is no strategy ${strategy.name}.`);
    return book;
  };
  return {
    book: bookOf,
    heldLots: (strategy, instrument) =>
      bookOf(strategy).positions.get(positionKey(strategy, instrument))?.position.lots ?? 0,
    take(fill) {
      const { strategy, instrument, side } = fill.order;
      const book = bookOf(strategy);
      const key = positionKey(strategy, instrument);
      const counts = fill.bustedAt === null;
      const signedLots = counts ? (side === "buy" ? fill.lots : -fill.lots) : 0;
      const before = book.positions.get(key)?.position ?? flat;
      const after = account(before, signedLots, fill.ticks, instrument);
      book.positions.set(key, { instrument, position: { lots: after.lots, cost: after.cost } });
      const { fee, feeCurrency } = feeOf(fill, inToken.has(strategy.id));
      if (counts) {
        book.realized += after.realizedPnl;
        if (feeCurrency === instrument.venue.currency) book.fees += unitsToMoney(fee, FEE_DECIMALS);
      }
      return {
        ...fill,
        realizedPnl: after.realizedPnl,
        positionLots: after.lots,
        positionCost: after.cost,
        fee,
        feeCurrency,
      };
    },
  };
}
