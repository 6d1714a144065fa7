// Realised P&L over time against a real server: by period and fill by fill, per currency, exact, and of one mind.
import type { Database } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { exact, ZERO } from "../amounts/exact-decimal.ts";
import type { PnlResolution, PnlOwner } from "./realized-pnl.ts";
import { at, buy, createStrategy, sell } from "./testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "./testing/fills-database.ts";
import type { Trades } from "./trades.ts";

let opened: FillsDatabase;
let database: Database;
let trades: Trades;
let strategyId: string;

const YEAR = { firstDay: "2026-01-01", lastDay: "2026-12-31" };

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database, trades } = opened);
  strategyId = await createStrategy(database);
  const fill = { strategyId, account: "pnl" };
  await trades.copyIn([
    // Saturday, Sunday, Monday; the last moment of a UTC day belongs to it.
    buy("2", "100", { ...fill, executedAt: "2026-01-31T10:00:00Z", fee: "0.1", feeCurrency: "BNB" }),
    sell("1", "110.000000000000000001", { ...fill, executedAt: "2026-01-31T23:59:59.999999Z", fee: "1" }),
    sell("1", "95", { ...fill, executedAt: "2026-02-01T00:00:00Z", fee: "-0.25" }),
    buy("1", "10", {
      ...fill,
      symbol: "EUR-BOND",
      settlementCurrency: "EUR",
      executedAt: "2026-02-02T00:00:00Z",
    }),
    sell("1", "13", {
      ...fill,
      symbol: "EUR-BOND",
      settlementCurrency: "EUR",
      executedAt: "2026-02-02T01:00:00Z",
    }),
    // Of the account, and of no strategy.
    buy("1", "10", { account: "pnl", symbol: "OWN", executedAt: "2026-02-02T02:00:00Z" }),
    sell("1", "17", { account: "pnl", symbol: "OWN", executedAt: "2026-02-02T03:00:00Z", fee: "2" }),
  ]);
  const gone = await trades.append(sell("5", "1", { ...fill, executedAt: "2026-02-03T00:00:00Z" }));
  await trades.bust(gone.id, { bustedAt: "2026-02-03T01:00:00Z" });
});
afterAll(() => opened.close());

async function periodsOf(scope: PnlOwner, resolution: PnlResolution, range = YEAR) {
  const periods = await trades.realizedPnl(scope, { ...range, resolution });
  return periods.map((period) => [
    period.period.toString(),
    period.currency,
    period.tradeCount,
    ...[period.realizedPnl, period.fees, period.netPnl, period.cumulativeNetPnl].map((amount) =>
      exact(amount).toFixed(),
    ),
  ]);
}

describe("realised P&L by period", () => {
  it("of a strategy comes per UTC day and currency, with the running sum", async () => {
    expect(await periodsOf({ strategyId }, "day")).toEqual([
      ["2026-01-31", "BNB", 0, "0", "0.1", "-0.1", "-0.1"],
      ["2026-01-31", "USD", 2, "10.000000000000000001", "1", "9.000000000000000001", "9.000000000000000001"],
      ["2026-02-01", "USD", 1, "-5", "-0.25", "-4.75", "4.250000000000000001"],
      ["2026-02-02", "EUR", 2, "3", "0", "3", "3"],
      ...(await busted()),
    ]);
  });

  /** The day of the busted fill has a row of nothing, as the roll-up keeps it. */
  async function busted(): Promise<unknown[]> {
    return [["2026-02-03", "USD", 0, "0", "0", "0", "4.250000000000000001"]];
  }

  it("comes by ISO week and by month, of days within the range only", async () => {
    expect(await periodsOf({ strategyId }, "week")).toEqual([
      ["2026-01-26", "BNB", 0, "0", "0.1", "-0.1", "-0.1"],
      [
        "2026-01-26",
        "USD",
        3,
        "5.000000000000000001",
        "0.75",
        "4.250000000000000001",
        "4.250000000000000001",
      ],
      ["2026-02-02", "EUR", 2, "3", "0", "3", "3"],
      ["2026-02-02", "USD", 0, "0", "0", "0", "4.250000000000000001"],
    ]);
    const march = { firstDay: Temporal.PlainDate.from("2026-02-01"), lastDay: "2026-02-01" };
    expect(
      (await trades.realizedPnl({ strategyId }, { ...march, resolution: "month" })).map(
        ({ period, currency, grossLoss, grossProfit }) => [
          period.toString(),
          currency,
          Number(grossLoss),
          Number(grossProfit),
        ],
      ),
    ).toEqual([["2026-02-01", "USD", 5, 0]]);
  });

  it("of an account has the fills of no strategy in it", async () => {
    const days = await periodsOf({ account: "pnl" }, "day");
    expect(days).toContainEqual(["2026-02-02", "USD", 2, "7", "2", "5", "9.250000000000000001"]);
  });

  it("is empty where nothing was traded", async () => {
    expect(await periodsOf({ account: "nobody" }, "month")).toEqual([]);
    expect(await periodsOf({ strategyId: createId(at(5)) }, "day")).toEqual([]);
  });
});

describe("realised P&L fill by fill", () => {
  const range = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };

  it("comes in the order of execution, a fee of another currency as a point of its own", async () => {
    const points = await Array.fromAsync(trades.streamRealizedPnl({ strategyId }, range));
    expect(
      points.map(({ currency, netPnl, cumulativeNetPnl }) => [currency, netPnl, cumulativeNetPnl]),
    ).toEqual([
      ["USD", "0", "0"],
      ["BNB", "-0.1", "-0.1"],
      ["USD", "9.000000000000000001", "9.000000000000000001"],
      ["USD", "-4.75", "4.250000000000000001"],
      ["EUR", "0", "0"],
      ["EUR", "3", "3"],
    ]);
  });

  it("adds up to what the periods say, per currency, for strategy and account", async () => {
    const many = Array.from({ length: 2_345 }, (_, index) =>
      (index % 3 === 0 ? sell : buy)(String(1 + (index % 4)), String(90 + (index % 23)), {
        strategyId: index % 5 === 0 ? null : strategyId,
        account: "sums",
        symbol: `SUM${index % 3}`,
        fee: String(index % 7),
        feeCurrency: index % 2 === 0 ? "USD" : "BNB",
        executedAt: at(index * 3_600),
      }),
    );
    await trades.copyIn(many);
    const points = await Array.fromAsync(
      trades.streamRealizedPnl({ account: "sums" }, { from: at(0), to: at(9e6) }),
    );
    expect(points.length).toBeGreaterThan(many.length);
    const last = new Map(points.map(({ currency, cumulativeNetPnl }) => [currency, cumulativeNetPnl]));
    const periods = await trades.realizedPnl({ account: "sums" }, { ...YEAR, resolution: "week" });
    for (const currency of ["USD", "BNB"]) {
      const sum = periods
        .filter((period) => period.currency === currency)
        .reduce((total, { netPnl }) => total.plus(netPnl), ZERO);
      expect(sum.toFixed()).toBe(exact(last.get(currency) ?? "0").toFixed());
      const end = periods.findLast((period) => period.currency === currency)?.cumulativeNetPnl;
      expect(exact(end ?? "0").toFixed()).toBe(sum.toFixed());
    }
  });

  it("is empty for an empty range", async () => {
    const empty = { from: at(0), to: at(0) };
    expect(await Array.fromAsync(trades.streamRealizedPnl({ strategyId }, empty))).toEqual([]);
  });
});

describe("bad input to P&L over time", () => {
  it.each([
    ["owner", {}, {}],
    ["owner", { account: "a", strategyId: createId(at(1)) }, {}],
    ["account", { account: "" }, {}],
    ["strategyId", { strategyId: "x" }, {}],
    ["firstDay", { account: "a" }, { firstDay: "2026-01-01T00:00:00Z" }],
    ["firstDay", { account: "a" }, { firstDay: "2026-02-30" }],
    ["lastDay", { account: "a" }, { lastDay: "2025-01-01" }],
    ["lastDay", { account: "a" }, { lastDay: "9999-01-01" }],
    ["resolution", { account: "a" }, { resolution: "year" }],
  ])("is refused, naming %s", async (field, scope, range) => {
    expect(
      await refusalOf(
        trades.realizedPnl(scope as PnlOwner, { ...YEAR, resolution: "day", ...range } as never),
      ),
    ).toMatchObject({ kind: "invalid-input", field });
  });

  it("is refused where a range of moments is reversed", async () => {
    const reversed = trades.streamRealizedPnl({ account: "a" }, { from: at(2), to: at(1) });
    expect(await refusalOf(Array.fromAsync(reversed))).toMatchObject({ field: "to" });
  });
});
