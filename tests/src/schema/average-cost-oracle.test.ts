// The oracle itself, against examples worked out by hand.
import { describe, expect, it } from "vitest";
import { accountByAverageCost, type OracleFill } from "./average-cost-oracle.ts";

const fill = (
  n: number,
  side: "buy" | "sell",
  quantity: string,
  price: string,
  busted = false,
): OracleFill => ({
  id: `fill ${n}`,
  executedAt: BigInt(n),
  side,
  quantity,
  price,
  multiplier: "1",
  busted,
});

describe("the average cost oracle", () => {
  it("averages what is bought and realises what is sold", () => {
    const position = accountByAverageCost([
      fill(1, "buy", "1", "100"),
      fill(2, "buy", "1", "110"),
      fill(3, "sell", "1", "120"),
    ]);
    expect(position).toMatchObject({ quantity: "1", costBasis: "105", realizedPnl: "15" });
  });

  it("flips from long to short through zero", () => {
    const position = accountByAverageCost([fill(1, "buy", "2", "100"), fill(2, "sell", "5", "90")]);
    expect(position).toMatchObject({ quantity: "-3", costBasis: "270", realizedPnl: "-20" });
  });

  it("leaves out what was busted", () => {
    const position = accountByAverageCost([
      fill(1, "buy", "2", "100"),
      fill(2, "sell", "1", "50", true),
      fill(3, "sell", "2", "101"),
    ]);
    expect(position).toMatchObject({ quantity: "0", costBasis: "0", realizedPnl: "2" });
  });

  it("realises exactly the cash that flowed once it is flat, whatever the divisions cut off", () => {
    const position = accountByAverageCost([
      fill(1, "buy", "3", "100.1"),
      fill(2, "buy", "4", "99.7"),
      fill(3, "sell", "1", "101.3"),
      fill(4, "sell", "1", "98.9"),
      fill(5, "sell", "5", "100.7"),
    ]);
    // 101.3 + 98.9 + 503.5 - 300.3 - 398.8
    expect(position).toMatchObject({ quantity: "0", costBasis: "0", realizedPnl: "4.6" });
  });
});
