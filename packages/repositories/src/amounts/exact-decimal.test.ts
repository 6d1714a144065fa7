import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf, exact, sumOf, ZERO } from "./exact-decimal.ts";

const amountText = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 36 }))
  .map(([digits, scale]) => exact(`${digits}e-${scale}`).toFixed(scale));

describe("sumOf", () => {
  it("is what adding one by one gives, whatever the scales and signs", () => {
    fc.assert(
      fc.property(fc.array(amountText), (texts) => {
        const oneByOne = texts.reduce((sum, text) => sum.plus(text), ZERO);
        expect(decimalOf(sumOf(texts))).toBe(decimalOf(oneByOne));
      }),
    );
  });

  it("is nothing of nothing", () => {
    expect(decimalOf(sumOf([]))).toBe("0");
  });

  it("keeps the sign of an amount whose integer part is zero", () => {
    expect(decimalOf(sumOf(["-0.50", "-0.000000000000000001", "1"]))).toBe("0.499999999999999999");
  });
});
