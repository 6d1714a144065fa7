// The fold of fills into round trips, without a server: shapes of trips, and the sums that must come out.
import { parseDecimal } from "@app/database";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf, exact, ZERO } from "../amounts/exact-decimal.ts";
import { createTripFold, type RoundTrip, type TripFill } from "./round-trip.ts";
import { at, orderedId } from "./testing/fills.ts";

type Step = readonly [
  side: "buy" | "sell",
  quantity: string,
  price: string,
  fee?: string,
  feeCurrency?: string,
];

/** Fills one second apart, accounted by average cost as the database would. */
function fillsOf(steps: readonly Step[]): readonly TripFill[] {
  let held = ZERO;
  let cost = ZERO;
  return steps.map(([side, quantity, price, fee = "0", feeCurrency = "USD"], index) => {
    const size = exact(quantity);
    const signed = side === "buy" ? size : size.neg();
    let pnl = ZERO;
    if (held.times(signed).lt(0)) {
      const closed = held.abs().lt(size) ? held.abs() : size;
      const leaving = closed.eq(held.abs()) ? cost : exact(cost.times(closed).toFixed()).div(held.abs());
      pnl = closed
        .times(price)
        .minus(leaving)
        .times(held.gt(0) ? 1 : -1);
      cost = size.gt(held.abs()) ? size.minus(closed).times(price) : cost.minus(leaving);
    } else {
      cost = cost.plus(size.times(price));
    }
    held = held.plus(signed);
    return {
      id: orderedId(at(index), index),
      executedAt: at(index),
      side,
      quantity: parseDecimal(quantity),
      price: parseDecimal(price),
      contractMultiplier: parseDecimal("1"),
      settlementCurrency: "USD",
      fee: parseDecimal(fee),
      feeCurrency,
      realizedPnl: decimalOf(pnl),
      positionQuantity: decimalOf(held),
    };
  });
}

function tripsOf(fills: readonly TripFill[]): readonly RoundTrip[] {
  const fold = createTripFold();
  return fills.flatMap((fill) => fold.add(fill) ?? []);
}

describe("a round trip", () => {
  it("is an entry and an exit, long or short", () => {
    const trips = tripsOf(
      fillsOf([
        ["buy", "2", "100", "0.2"],
        ["sell", "2", "110", "0.3"],
        ["sell", "1", "50"],
        ["buy", "1", "60"],
      ]),
    );
    expect(trips).toMatchObject([
      { side: "long", quantity: "2", entryPrice: "100", exitPrice: "110", realizedPnl: "20", fillCount: 2 },
      { side: "short", quantity: "1", entryPrice: "50", exitPrice: "60", realizedPnl: "-10", fees: [] },
    ]);
    expect(trips[0]?.fees).toEqual([{ currency: "USD", amount: "0.5" }]);
    expect(trips[0]?.holdingTime.toString()).toBe("PT1S");
  });

  it("takes entries and exits in parts, and knows the most that was open", () => {
    const [trip] = tripsOf(
      fillsOf([
        ["buy", "1", "100"],
        ["buy", "2", "103"],
        ["sell", "1", "104"],
        ["buy", "1", "100"],
        ["sell", "3", "110"],
      ]),
    );
    expect(trip).toMatchObject({
      quantity: "4",
      maximumQuantity: "3",
      entryPrice: "101.5",
      exitPrice: "108.5",
      fillCount: 5,
    });
    expect(Number(trip?.realizedPnl)).toBeCloseTo(28, 12);
  });

  it("ends where a fill flips it, and another begins with what is left; the fee is shared", () => {
    const trips = tripsOf(
      fillsOf([
        ["buy", "1", "100"],
        ["sell", "3", "110", "1", "BNB"],
        ["buy", "2", "100", "0.5", "BNB"],
      ]),
    );
    expect(trips).toMatchObject([
      {
        side: "long",
        quantity: "1",
        fees: [{ currency: "BNB", amount: "0.333333333333333333" }],
        fillCount: 2,
      },
      {
        side: "short",
        quantity: "2",
        fees: [{ currency: "BNB", amount: "1.166666666666666667" }],
        fillCount: 2,
      },
    ]);
    expect(trips[0]?.closedBy).toBe(trips[1]?.openedBy);
  });

  it("is none while it is open, nor without its entry", () => {
    expect(tripsOf(fillsOf([["buy", "1", "100"]]))).toEqual([]);
    const fills = fillsOf([
      ["buy", "3", "100"],
      ["sell", "1", "110"],
      ["sell", "2", "110"],
      ["buy", "1", "100"],
      ["sell", "1", "101"],
    ]);
    expect(tripsOf(fills.slice(1))).toMatchObject([{ entryPrice: "100", exitPrice: "101" }]);
    expect(tripsOf([])).toEqual([]);
  });

  const step = fc.tuple(
    fc.constantFrom("buy" as const, "sell" as const),
    fc.integer({ min: 1, max: 4 }).map(String),
    fc.integer({ min: 1, max: 1_000 }).map((cents) => decimalOf(exact(String(cents)).div(100))),
    fc.integer({ min: -50, max: 50 }).map(String),
    fc.constantFrom("USD", "BNB"),
  );

  it("earns the cash that flowed, and the trips bear every fee, whatever the fills", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        // Ends flat, so that every fill is part of a finished trip.
        const held = steps.reduce(
          (sum, [side, quantity]) => sum + (side === "buy" ? 1 : -1) * Number(quantity),
          0,
        );
        const last: Step = [held > 0 ? "sell" : "buy", String(Math.abs(held)), "5"];
        const fills = fillsOf(held === 0 ? steps : [...steps, last]);
        const trips = tripsOf(fills);
        const cash = fills.reduce(
          (sum, { side, quantity, price }) =>
            sum.plus(
              exact(quantity)
                .times(price)
                .times(side === "sell" ? 1 : -1),
            ),
          ZERO,
        );
        const earned = trips.reduce((sum, { realizedPnl }) => sum.plus(realizedPnl), ZERO);
        expect(decimalOf(earned)).toBe(decimalOf(cash));
        for (const currency of ["USD", "BNB"]) {
          const charged = fills
            .filter(({ feeCurrency }) => feeCurrency === currency)
            .reduce((sum, { fee }) => sum.plus(fee), ZERO);
          const borne = trips
            .flatMap(({ fees }) => fees)
            .filter((fee) => fee.currency === currency)
            .reduce((sum, { amount }) => sum.plus(amount), ZERO);
          expect(decimalOf(borne)).toBe(decimalOf(charged));
        }
      }),
    );
  });

  it("is the same when reading goes on from any boundary", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const fills = fillsOf(steps);
        const all = tripsOf(fills);
        for (const [index, trip] of all.entries()) {
          const end = fills.findIndex(({ id }) => id === trip.closedBy);
          const fold = createTripFold();
          const [boundary] = fills.slice(end);
          if (boundary === undefined) throw new Error("A trip ended by a fill that is not there.");
          fold.resume(boundary);
          const rest = fills.slice(end + 1).flatMap((fill) => fold.add(fill) ?? []);
          expect(rest.map(comparable)).toEqual(all.slice(index + 1).map(comparable));
        }
      }),
    );
  });
});

const comparable = (trip: RoundTrip) => ({ ...trip, holdingTime: trip.holdingTime.toString() });
