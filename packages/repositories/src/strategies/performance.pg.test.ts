// Performance against a real server: what the roll-up and the fills at the edges of a range add up to, against the fills
// themselves counted one by one, and against figures worked out by hand.
import {
  connectDirect,
  type Database,
  InvalidInputError,
  NotFoundError,
  parseConnection,
} from "@app/database";
import { Big } from "big.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { streaksOf } from "../performance/streaks.ts";
import { poolScope } from "../statements/scope.ts";
import { fillOf } from "../trades/testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "../trades/testing/fills-database.ts";
import type { NewFill, Trade } from "../trades/trade.ts";
import { createStrategies, type Strategies } from "./strategies.ts";

let opened: FillsDatabase;
let database: Database;
let strategies: Strategies;

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database } = opened);
  strategies = createStrategies(poolScope(database));
});
afterAll(() => opened.close());

let made = 0;

async function newStrategyId(): Promise<string> {
  made += 1;
  const createdAt = Temporal.Instant.from("2026-01-01T00:00:00Z").add({ seconds: made });
  const strategy = await strategies.create({
    id: createId(createdAt),
    createdAt,
    name: `measured ${made}`,
    kind: "test",
    baseCurrency: "USD",
  });
  return strategy.id;
}

const month = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z", currency: "USD" } as const;
const plainDay = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

/** A round trip of one unit that earns `pnl` at noon of a day. */
function roundTrip(strategyId: string, day: string, pnl: number, others: Partial<NewFill> = {}): NewFill[] {
  const of = { strategyId, account: "main", symbol: "TRIP", ...others };
  return [
    fillOf("buy", "1", "1000", { ...of, executedAt: `${day}T12:00:00Z` }),
    fillOf("sell", "1", `${1000 + pnl}`, { ...of, executedAt: `${day}T12:00:01Z` }),
  ];
}

describe("figures worked out by hand", () => {
  it("of four days of trading, with capital", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-02", 100),
      ...roundTrip(id, "2026-03-03", -50),
      ...roundTrip(id, "2026-03-04", -25, { fee: "5", feeCurrency: "USD" }),
      ...roundTrip(id, "2026-03-06", 200),
    ]);
    const found = await strategies.performance(id, {
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-07T00:00:00Z",
      currency: "USD",
      capital: { initialCapital: "1000" },
    });
    expect(found.pnl).toEqual({
      gross: "225",
      fees: "10",
      net: "215",
      grossProfit: "300",
      grossLoss: "75",
      otherCurrencies: [],
    });
    expect(found.fills).toEqual({
      fills: 8,
      buys: 4,
      winning: 2,
      losing: 2,
      winRate: 0.5,
      long: { winning: 2, losing: 2, winRate: 0.5 },
      short: { winning: 0, losing: 0, winRate: null },
      profitFactor: 4,
      expectancy: "56.250000000000000000",
      averageWin: "150.000000000000000000",
      averageLoss: "37.500000000000000000",
      payoffRatio: 4,
      largestWin: "200",
      largestLoss: "50",
      // Of 100, -50, -25, 200: mean 56.25, squares 1914.0625 + 11289.0625 + 6601.5625 + 20664.0625 = 40468.75, over 3.
      pnlDeviation: expect.closeTo(Math.sqrt(40_468.75 / 3), 9),
    });
    expect(found.streaks).toEqual({ longestWinning: 1, longestLosing: 2, current: 1 });
    // Days: 1000 -> 1100 -> 1050 -> 1015 -> 1015 -> 1215.
    expect(found.returns).toMatchObject({
      periods: 5,
      periodsPerYear: 365,
      startEquity: "1000",
      endEquity: "1215",
      totalReturn: expect.closeTo(0.215, 12),
      bestReturn: expect.closeTo(200 / 1015, 12),
      worstReturn: expect.closeTo(-50 / 1100, 12),
      compoundAnnualGrowthRate: expect.closeTo(1.215 ** 73 - 1, 3),
    });
    expect(found.drawdown).toEqual({
      amount: "85",
      ratio: expect.closeTo(85 / 1100, 12),
      peakDay: plainDay("2026-03-02"),
      troughDay: plainDay("2026-03-04"),
      recoveryDay: plainDay("2026-03-06"),
      daysToTrough: 2,
      daysToRecovery: 2,
      durationDays: 4,
      longestPeriods: 4,
    });
    expect(found.activity).toMatchObject({
      days: 5,
      tradingDays: 4,
      tradingDayRatio: 0.8,
      buyNotional: "4000",
      sellNotional: "4225",
      timeInMarket: null,
      averageLeverage: null,
      turnover: expect.closeTo(8225 / 2 / ((1000 + 1100 + 1050 + 1015 + 1015 + 1215) / 6), 12),
      feeRate: expect.closeTo(10 / 8225, 12),
    });
    expect(found.benchmark).toBeNull();
  });

  it("without capital are amounts alone, a drawdown of P&L included", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([...roundTrip(id, "2026-03-05", -30), ...roundTrip(id, "2026-03-09", 10)]);
    const found = await strategies.performance(id, month);
    expect(found.returns).toBeNull();
    expect(found.drawdown).toMatchObject({
      amount: "30",
      ratio: null,
      peakDay: plainDay("2026-03-04"),
      troughDay: plainDay("2026-03-05"),
      recoveryDay: null,
      daysToRecovery: null,
      durationDays: 27,
    });
    expect(found.activity).toMatchObject({ turnover: null, days: 31 });
  });

  it("count a weekend to the Monday after on the calendar of weekdays", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-06", 10),
      ...roundTrip(id, "2026-03-07", 100),
      ...roundTrip(id, "2026-03-08", -300),
      ...roundTrip(id, "2026-03-10", 40),
      ...roundTrip(id, "2026-03-14", 7),
    ]);
    const found = await strategies.performance(id, {
      ...month,
      from: "2026-03-06T00:00:00Z",
      to: "2026-03-15T00:00:00Z",
      calendar: "weekdays",
      capital: { initialCapital: "1000" },
    });
    // Friday, Monday (with the weekend), Tuesday to Friday, and the Saturday the range ends on.
    expect(found.returns).toMatchObject({ periods: 7, periodsPerYear: 252, endEquity: "857" });
    expect(found.returns?.worstReturn).toBeCloseTo(-200 / 1010, 12);
    expect(found.drawdown).toMatchObject({ amount: "200", troughDay: plainDay("2026-03-09") });
  });

  it("have no returns once equity was gone, and say the drawdown all the same", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-05", -600),
      ...roundTrip(id, "2026-03-06", 500),
    ]);
    const found = await strategies.performance(id, { ...month, capital: { initialCapital: "500" } });
    expect(found.returns).toBeNull();
    expect(found.drawdown).toMatchObject({ amount: "600", ratio: expect.closeTo(1.2, 12) });
  });

  it("keep currencies apart and name the others", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-05", 50, { fee: "0.01", feeCurrency: "BNB" }),
      ...roundTrip(id, "2026-03-05", 20, { settlementCurrency: "EUR", symbol: "EURO" }),
    ]);
    const found = await strategies.performance(id, month);
    expect(found.pnl).toMatchObject({ gross: "50", fees: "0", net: "50" });
    expect(found.pnl.otherCurrencies).toEqual([
      { currency: "BNB", fillCount: 0, grossPnl: "0", fees: "0.02" },
      { currency: "EUR", fillCount: 2, grossPnl: "20", fees: "0" },
    ]);
  });

  it("tell what shorts won from what longs won", async () => {
    const id = await newStrategyId();
    const of = { strategyId: id, symbol: "SHORT" };
    await opened.trades.appendMany([
      fillOf("sell", "2", "100", { ...of, executedAt: "2026-03-05T10:00:00Z" }),
      fillOf("buy", "1", "90", { ...of, executedAt: "2026-03-05T10:00:01Z" }),
      // Closes the short at a loss and opens a long one.
      fillOf("buy", "3", "110", { ...of, executedAt: "2026-03-05T10:00:02Z" }),
      fillOf("sell", "2", "120", { ...of, executedAt: "2026-03-05T10:00:03Z" }),
    ]);
    const { fills } = await strategies.performance(id, month);
    expect(fills).toMatchObject({
      winRate: 2 / 3,
      long: { winning: 1, losing: 0, winRate: 1 },
      short: { winning: 1, losing: 1, winRate: 0.5 },
    });
  });

  it("of a strategy without fills are nothing and null, of one that is not there an error", async () => {
    const id = await newStrategyId();
    const found = await strategies.performance(id, { ...month, capital: { initialCapital: "1" } });
    expect(found.pnl.net).toBe("0");
    expect(found.fills).toMatchObject({ fills: 0, winRate: null, profitFactor: null, largestWin: null });
    expect(found.returns).toMatchObject({
      totalReturn: 0,
      sharpe: null,
      sortino: null,
      omega: null,
      calmar: null,
    });
    expect(found.drawdown).toBeNull();
    const missing = createId("2026-01-05T00:00:00Z");
    expect(await refusalOf(strategies.performance(missing, month))).toBeInstanceOf(NotFoundError);
    expect(await refusalOf(strategies.fillStreaks(missing, month))).toBeInstanceOf(NotFoundError);
  });
});

describe("a fill that nothing accounted", () => {
  it("counts for nothing, on a day that is whole as on one that is cut off", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-02", 100),
      ...roundTrip(id, "2026-03-04", -50),
      ...roundTrip(id, "2026-03-05", 25),
    ]);
    await using superuser = await connectDirect(parseConnection(opened.superuserUrl));
    await superuser.query("set session_replication_role = replica");
    for (const day of ["2026-03-02", "2026-03-05"]) {
      const executedAt = Temporal.Instant.from(`${day}T13:00:00Z`);
      await superuser.query(
        `insert into trades (id, executed_at, account, strategy_id, exchange, symbol, exchange_trade_id, side, quantity, price,
          settlement_currency, fee_currency, source)
        values ($1, $2, 'main', $3, 'XTEST', 'TRIP', $4, 'buy', 1, 1, 'USD', 'USD', 'test')`,
        [createId(executedAt), executedAt, id, `unaccounted ${day}`],
      );
    }
    const capital = { initialCapital: "1000" };
    const whole = {
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-06T00:00:00Z",
      currency: "USD",
      capital,
    } as const;
    const cut = { ...whole, from: "2026-03-02T06:00:00Z", to: "2026-03-05T18:00:00Z" };
    const { from: _, to: __, ...expected } = await strategies.performance(id, whole);
    expect(await strategies.performance(id, cut)).toMatchObject(expected);
    expect(expected).toMatchObject({
      pnl: { net: "75" },
      fills: { fills: 6 },
      returns: { endEquity: "1075" },
    });
  });
});

describe("a benchmark", () => {
  it("given as levels is compared over the days both have", async () => {
    const id = await newStrategyId();
    const days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"];
    await opened.trades.appendMany(
      days.flatMap((day, place) => roundTrip(id, day, [10, -20, 30, 5][place] ?? 0)),
    );
    // Moves as equity does: 1000, 1010, 990, 1020, 1025.
    const levels = [1000, 1010, 990, 1020, 1025].map((level, place) => ({
      day: `2026-03-0${place + 1}`,
      level,
    }));
    const options = {
      ...month,
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-06T00:00:00Z",
      capital: { initialCapital: "1000" },
    };
    const same = await strategies.performance(id, { ...options, benchmark: { levels } });
    expect(same.benchmark).toMatchObject({
      periods: 4,
      beta: expect.closeTo(1, 9),
      alpha: expect.closeTo(0, 9),
      correlation: expect.closeTo(1, 9),
      totalReturn: expect.closeTo(0.025, 12),
      trackingError: expect.closeTo(0, 9),
    });
    const asDays = levels.map(({ day, level }) => ({ day: plainDay(day), level }));
    const ofDays = await strategies.performance(id, { ...options, benchmark: { levels: asDays } });
    expect(ofDays.benchmark).toEqual(same.benchmark);
    const short = await strategies.performance(id, { ...options, benchmark: { levels: levels.slice(2) } });
    expect(short.benchmark).toMatchObject({ periods: 2 });
    const none = await strategies.performance(id, { ...options, benchmark: { levels: [] } });
    expect(none.benchmark).toMatchObject({ periods: 0, beta: null, alpha: null, totalReturn: null });
  });

  it("is read from stored daily bars", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([...roundTrip(id, "2026-03-02", 10), ...roundTrip(id, "2026-03-03", -20)]);
    await database.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
       select 'X', 'INDEX', '1d', t, 100, 200, 50, c, 'test' from unnest($1::timestamptz[], $2::float8[]) as b (t, c)`,
      [
        ["2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"],
        [100, 110, 99],
      ],
    );
    const found = await strategies.performance(id, {
      ...month,
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-04T00:00:00Z",
      capital: { initialCapital: "1000" },
      benchmark: { exchange: "X", symbol: "INDEX" },
    });
    expect(found.benchmark).toMatchObject({ periods: 2, totalReturn: expect.closeTo(-0.01, 12) });
    // A series that is there and has no bar in the range is no mistake.
    const early = { from: "2025-03-02T00:00:00Z", to: "2025-03-04T00:00:00Z" };
    const before = await strategies.performance(id, {
      ...month,
      ...early,
      capital: { initialCapital: "1000" },
      benchmark: { exchange: "X", symbol: "INDEX" },
    });
    expect(before.benchmark).toMatchObject({ periods: 0 });
  });

  it("without daily bars is refused by its name", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany(roundTrip(id, "2026-03-02", 10));
    const measured = strategies.performance(id, {
      ...month,
      capital: { initialCapital: "1000" },
      benchmark: { exchange: "X", symbol: "INDXE" },
    });
    const error = await refusalOf(measured);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ field: "benchmark.symbol" });
  });
});

describe("an equity curve as capital", () => {
  it("gives returns between the last snapshots of days, the one before the range included", async () => {
    const id = await newStrategyId();
    const snapshots = [
      ["2026-02-27T10:00:00Z", 1000, 0, 0],
      ["2026-03-02T09:00:00Z", 900, 450, 1],
      ["2026-03-02T15:00:00Z", 1100, 550, 1],
      ["2026-03-04T15:00:00Z", 990, 0, 0],
    ] as const;
    for (const [taken, equity, exposure, open] of snapshots) {
      await database.query(
        `insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, long_exposure, open_positions, source)
         values ($1, $2::timestamptz, 'curve', $3, 'USD', $4, 0, $5, $6, 'test')`,
        [createId(taken), taken, id, String(equity), String(exposure), open],
      );
    }
    const found = await strategies.performance(id, {
      ...month,
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-05T00:00:00Z",
      capital: { account: "curve" },
    });
    expect(found.returns).toMatchObject({
      periods: 3,
      totalReturn: expect.closeTo(-0.01, 12),
      bestReturn: expect.closeTo(0.1, 12),
      worstReturn: expect.closeTo(-0.1, 12),
    });
    expect(Number(found.returns?.startEquity)).toBe(1000);
    expect(found.drawdown).toMatchObject({
      peakDay: plainDay("2026-03-02"),
      troughDay: plainDay("2026-03-04"),
    });
    expect(Number(found.drawdown?.amount)).toBe(110);
    expect(found.activity.timeInMarket).toBeCloseTo(2 / 3, 12);
    expect(found.activity.averageLeverage).toBeCloseTo(1 / 3, 12);
  });

  it("without a snapshot gives no returns, and only the fills of its account", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany([
      ...roundTrip(id, "2026-03-02", 10),
      ...roundTrip(id, "2026-03-03", 5, { account: "other" }),
    ]);
    const found = await strategies.performance(id, { ...month, capital: { account: "other" } });
    expect(found).toMatchObject({ account: "other", returns: null, drawdown: null, pnl: { net: "5" } });
    // Its fills lie outside of the range: they are there all the same.
    const later = { from: "2026-04-01T00:00:00Z", to: "2026-05-01T00:00:00Z" };
    const nothing = await strategies.performance(id, { ...month, ...later, capital: { account: "other" } });
    expect(nothing).toMatchObject({ returns: null, fills: { fills: 0 } });
  });

  it("of an account in which the strategy has neither a curve nor a fill is refused", async () => {
    const id = await newStrategyId();
    await opened.trades.appendMany(roundTrip(id, "2026-03-02", 10));
    const error = await refusalOf(strategies.performance(id, { ...month, capital: { account: "mian" } }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ field: "capital.account" });
  });
});

/** The same figures from single fills, by plain loops. */
function countedOneByOne(
  trades: readonly Trade[],
  options: { from: string; to: string; account?: string | undefined },
) {
  const counted = trades
    .filter(
      ({ executedAt, account, bustedAt }) =>
        bustedAt === null &&
        Temporal.Instant.compare(executedAt, options.from) >= 0 &&
        Temporal.Instant.compare(executedAt, options.to) < 0 &&
        (options.account === undefined || account === options.account),
    )
    .toSorted(
      (one, other) =>
        Temporal.Instant.compare(one.executedAt, other.executedAt) || (one.id < other.id ? -1 : 1),
    );
  const total = (amounts: readonly (string | null)[]): Big =>
    amounts.reduce((sum, value) => sum.plus(value ?? 0), new Big(0));
  const settled = counted.filter(({ settlementCurrency }) => settlementCurrency === "USD");
  const results = settled.map(({ realizedPnl }) => new Big(realizedPnl ?? 0));
  const wins = results.filter((pnl) => pnl.gt(0));
  const losses = results.filter((pnl) => pnl.lt(0));
  const most = (amounts: readonly Big[]): Big | null =>
    amounts.reduce<Big | null>((found, one) => (found === null || one.gt(found) ? one : found), null);
  const longs = settled
    .filter(({ side }) => side === "sell")
    .map(({ realizedPnl }) => new Big(realizedPnl ?? 0));
  return {
    fills: settled.length,
    winning: wins.length,
    losing: losses.length,
    longWinning: longs.filter((pnl) => pnl.gt(0)).length,
    longLosing: longs.filter((pnl) => pnl.lt(0)).length,
    gross: total(settled.map(({ realizedPnl }) => realizedPnl)).toFixed(),
    fees: total(counted.filter(({ feeCurrency }) => feeCurrency === "USD").map(({ fee }) => fee)).toFixed(),
    largestWin: most(wins)?.toFixed() ?? null,
    largestLoss: most(losses.map((pnl) => pnl.abs()))?.toFixed() ?? null,
    streaks: streaksOf(results.map((pnl) => pnl.cmp(0))),
  };
}

const plain = (amount: string | null): string | null => (amount === null ? null : new Big(amount).toFixed());

describe("any range of any fills", () => {
  const fillArbitrary = fc.record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    quantity: fc.integer({ min: 1, max: 4 }).map(String),
    price: fc.integer({ min: 1, max: 1_000_000 }).map((value) => (value / 1000).toFixed(3)),
    hour: fc.integer({ min: 0, max: 95 }),
    account: fc.constantFrom("a", "b"),
    fee: fc.constantFrom("0", "0.25", "-0.125"),
    feeCurrency: fc.constantFrom("USD", "BNB"),
    busted: fc.boolean(),
  });
  const start = Temporal.Instant.from("2026-03-02T00:00:00Z");
  const hours = fc.integer({ min: 0, max: 96 });

  it("adds up to what the fills counted one by one add up to, late fills, busts and partial days included", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fillArbitrary, { maxLength: 40 }),
        fc.array(fc.tuple(hours, hours, fc.option(fc.constantFrom("a", "b"), { nil: undefined })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (fills, ranges) => {
          const id = await newStrategyId();
          const recorded = await opened.trades.appendMany(
            fills.map(({ hour, side, quantity, price, account, fee, feeCurrency }, place) =>
              fillOf(side, quantity, price, {
                account,
                fee,
                feeCurrency,
                strategyId: id,
                symbol: `P${id}`,
                executedAt: start.add({ hours: hour, seconds: place % 7 }),
              }),
            ),
          );
          for (const [place, { busted }] of fills.entries()) {
            const trade = recorded[place];
            if (busted && trade !== undefined) {
              await opened.trades.bust(trade.id, {
                bustedAt: trade.executedAt.add({ hours: 1 }),
                reason: "test",
              });
            }
          }
          const stored = await Array.fromAsync(
            opened.trades.stream({ strategyId: id }, { includeBusted: true }),
          );
          for (const [one, other, account] of ranges) {
            if (one === other) continue;
            const range = {
              from: start.add({ hours: Math.min(one, other), minutes: 0 }).toString(),
              to: start.add({ hours: Math.max(one, other) }).toString(),
              currency: "USD",
              account,
            };
            const expected = countedOneByOne(stored, range);
            const found = await strategies.performance(id, range);
            expect({
              fills: found.fills.fills,
              winning: found.fills.winning,
              losing: found.fills.losing,
              longWinning: found.fills.long.winning,
              longLosing: found.fills.long.losing,
              gross: plain(found.pnl.gross),
              fees: plain(found.pnl.fees),
              largestWin: plain(found.fills.largestWin),
              largestLoss: plain(found.fills.largestLoss),
              streaks: await strategies.fillStreaks(id, range),
            }).toEqual(expected);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("runs of fills", () => {
  it("are counted over more fills than a statement reads, several of one moment at the edges among them", async () => {
    const id = await newStrategyId();
    const begins = Temporal.Instant.from("2026-03-10T12:00:00Z");
    // 60 fills of each second: what one statement leaves of a second, the next goes on with.
    const fills = Array.from({ length: 5_340 }, (_, place) => {
      const wins = place < 4_020;
      return fillOf(place % 2 === 0 ? "buy" : "sell", "1", place % 2 === 0 ? "1000" : wins ? "1001" : "999", {
        strategyId: id,
        account: "main",
        symbol: "RUNS",
        executedAt: begins.add({ seconds: Math.floor(place / 60) }).toString(),
      });
    });
    await opened.trades.copyIn(fills);
    expect(await strategies.fillStreaks(id, month)).toMatchObject({
      longestWinning: 2_010,
      longestLosing: 660,
    });
  });
});

describe("the leaderboard", () => {
  it("ranks strategies by net P&L over whole days, in one currency", async () => {
    const [best, worst] = [await newStrategyId(), await newStrategyId()];
    const currency = { settlementCurrency: "GBP", fee: "1", feeCurrency: "GBP" };
    await opened.trades.appendMany([
      ...roundTrip(worst, "2026-02-05", 100, currency),
      ...roundTrip(worst, "2026-02-06", -400, currency),
      ...roundTrip(best, "2026-02-06", 300, currency),
      ...roundTrip(best, "2026-02-07", 900, currency),
    ]);
    const entries = await strategies.leaderboard({
      firstDay: "2026-02-05",
      lastDay: "2026-02-06",
      currency: "GBP",
    });
    expect(
      entries.map(({ strategyId, netPnl, winRate, tradingDays }) => [
        strategyId,
        netPnl,
        winRate,
        tradingDays,
      ]),
    ).toEqual([
      [best, "298", 1, 1],
      [worst, "-304", 0.5, 2],
    ]);
    expect(
      await strategies.leaderboard({ firstDay: "2026-02-05", lastDay: "2026-02-06", currency: "JPY" }),
    ).toEqual([]);
    const refusal = await refusalOf(
      strategies.leaderboard({ firstDay: "2026-02-07", lastDay: "2026-02-06", currency: "GBP" }),
    );
    expect(refusal).toMatchObject({ field: "lastDay" });
    expect(
      await refusalOf(
        strategies.leaderboard({ firstDay: "2026-02-30", lastDay: "2026-03-06", currency: "GBP" }),
      ),
    ).toMatchObject({ field: "firstDay" });
  });
});

describe("what cannot be measured", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a range that ends before it begins", { to: "2026-02-01T00:00:00Z" }, "to"],
    ["an empty range", { to: month.from }, "to"],
    ["a century and a day", { from: "1900-01-01T00:00:00Z" }, "to"],
    ["no currency", { currency: undefined }, "currency"],
    ["capital of nothing", { capital: { initialCapital: "0" } }, "capital.initialCapital"],
    ["capital as a number", { capital: { initialCapital: 1000 } }, "capital.initialCapital"],
    ["capital of no kind", { capital: {} }, "capital"],
    ["a curve of another account", { account: "a", capital: { account: "b" } }, "capital.account"],
    ["a rate of NaN", { riskFreeRate: Number.NaN }, "riskFreeRate"],
    ["a rate of -100 %", { targetRate: -1 }, "targetRate"],
    ["no periods in a year", { periodsPerYear: 0 }, "periodsPerYear"],
    ["a calendar of its own", { calendar: "lunar" }, "calendar"],
    [
      "levels out of order",
      {
        benchmark: {
          levels: [
            { day: "2026-03-02", level: 1 },
            { day: "2026-03-01", level: 1 },
          ],
        },
      },
      "benchmark.levels[1].day",
    ],
    [
      "a day that is none",
      { benchmark: { levels: [{ day: "2026-02-30", level: 1 }] } },
      "benchmark.levels[0].day",
    ],
    [
      "a level of nothing",
      { benchmark: { levels: [{ day: "2026-03-02", level: 0 }] } },
      "benchmark.levels[0].level",
    ],
  ])("is refused with the field named: %s", async (_, options, field) => {
    const id = createId("2026-01-01T00:00:00Z");
    // What no type lets through, callers without types send all the same.
    const refusal = await refusalOf(strategies.performance(id, { ...month, ...options }));
    expect(refusal).toBeInstanceOf(InvalidInputError);
    expect(refusal).toMatchObject({ field });
  });
});
