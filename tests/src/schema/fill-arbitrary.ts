// Random fills for the accounting tests.
import fc from "fast-check";
import { plain } from "./average-cost-oracle.ts";

/** A fill as the generator makes it; the test turns it into a row. */
export interface Fill {
  readonly strategy: 0 | 1 | null;
  readonly account: string;
  readonly symbol: "SPOT" | "FUTURE";
  readonly second: number;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: "USD" | "BNB";
  readonly busted: boolean;
}

/** Contract multiplier of each symbol. */
export const multiplierOf = { SPOT: "1", FUTURE: "0.05" } as const;

const decimal = (maximum: bigint, digits: number) =>
  fc.bigInt({ min: 1n, max: maximum }).map((value) => plain(value, digits));

/** Fills that meet at zero, share moments and days, and carry up to eighteen decimals. */
export const fillArbitrary: fc.Arbitrary<Fill> = fc.record({
  strategy: fc.constantFrom(0, 1, null),
  account: fc.constantFrom("a", "b"),
  symbol: fc.constantFrom("SPOT", "FUTURE"),
  // Few moments, over three days, so that many fills share one and some days have several.
  second: fc.integer({ min: 0, max: 12 }).map((step) => step * 21_600),
  side: fc.constantFrom("buy", "sell"),
  // Small whole numbers meet at zero often; eighteen digits test the arithmetic.
  quantity: fc.oneof(fc.integer({ min: 1, max: 4 }).map(String), decimal(5n * 10n ** 18n, 18)),
  price: fc.oneof(decimal(500n, 1), decimal(10n ** 21n, 18)),
  fee: fc.oneof(fc.constant("0"), decimal(10n ** 6n, 6)),
  feeCurrency: fc.constantFrom("USD", "BNB"),
  busted: fc.boolean(),
});
