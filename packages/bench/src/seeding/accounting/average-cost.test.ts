import { expect, it } from "vitest";
import { moneyText } from "../amounts.ts";
import { account, flat, type Position, unrealized } from "./average-cost.ts";

const scale = { priceDecimals: 2, quantityDecimals: 0 };

function play(...fills: readonly (readonly [number, number])[]): readonly string[] {
  let position: Position = flat;
  return fills.map(([lots, ticks]) => {
    const { realizedPnl, ...after } = account(position, lots, ticks, scale);
    position = after;
    return `${after.lots} at ${moneyText(after.cost)}, realised ${moneyText(realizedPnl)}`;
  });
}

it("buys, sells a part, sells through zero and buys back", () => {
  expect(play([100, 1_000], [50, 1_300], [-60, 1_200], [-190, 1_000], [100, 900])).toEqual([
    "100 at 1000, realised 0",
    "150 at 1650, realised 0",
    "90 at 990, realised 60",
    "-100 at 1000, realised -90",
    "0 at 0, realised 100",
  ]);
});

it("cuts what an average leaves over and keeps it in the position", () => {
  expect(play([3, 100], [4, 101], [-1, 100], [-6, 100]).slice(2)).toEqual([
    "6 at 6.034285714285714286, realised -0.005714285714285714",
    "0 at 0, realised -0.034285714285714286",
  ]);
});

it("leaves a position as it is where a fill was taken back, and knows what it is worth", () => {
  const { realizedPnl, ...long } = account(flat, 10, 500, scale);
  expect(realizedPnl).toBe(0n);
  expect(account(long, 0, 700, scale)).toEqual({ ...long, realizedPnl: 0n });
  expect(moneyText(unrealized(long, 510, scale))).toBe("1");
  expect(moneyText(unrealized({ ...long, lots: -10 }, 510, scale))).toBe("-1");
});
