// Curves and drawdowns on a real server, against a plain scan of the same snapshots in TypeScript.
import { createDatabase, type Database, InvalidInputError, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolScope } from "../statements/scope.ts";
import type { DrawdownPeriod } from "./drawdowns.ts";
import { createPortfolio, type Portfolio } from "./portfolio.ts";
import { at, createSerial, insertStrategy, snapshotAt } from "./testing/records.ts";

let server: TestDatabase;
let database: Database;
let portfolio: Portfolio;
const serial = createSerial();

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(server.url), { poolSize: 4 });
  portfolio = createPortfolio(poolScope(database));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

/** Stores equities at moments and names the curve they make. */
async function curveOf(points: readonly (readonly [seconds: number, equity: number])[]) {
  const curve = { account: `curve ${serial.next()}`, currency: "USD" };
  await portfolio.appendMany(
    points.map(([seconds, equity]) => snapshotAt(seconds, { ...curve, equity: `${equity}` })),
  );
  return curve;
}

interface Scanned {
  readonly peak: number | null;
  trough: number;
  recovered: number | null;
  last: number;
  readonly high: number;
  low: number;
}

/** Drawdown periods of equities in order of time, by the book. */
function scan(points: readonly (readonly [number, number])[]): Scanned[] {
  const periods: Scanned[] = [];
  let peak: { readonly seconds: number; readonly equity: number } | undefined;
  let open: Scanned | undefined;
  for (const [seconds, equity] of points) {
    if (peak === undefined || equity >= peak.equity) {
      if (open !== undefined) open.recovered = seconds;
      open = undefined;
      peak = { seconds, equity };
    } else if (open === undefined) {
      open = {
        peak: peak.seconds,
        trough: seconds,
        recovered: null,
        last: seconds,
        high: peak.equity,
        low: equity,
      };
      periods.push(open);
    } else {
      open.last = seconds;
      if (equity < open.low) {
        open.low = equity;
        open.trough = seconds;
      }
    }
  }
  return periods;
}

const seconds = (instant: Temporal.Instant | null): number | null =>
  instant === null ? null : at(0).until(instant).total("seconds");

const plain = (period: DrawdownPeriod): Scanned => ({
  peak: seconds(period.peakAt),
  trough: seconds(period.troughAt) ?? Number.NaN,
  recovered: seconds(period.recoveredAt),
  last: seconds(period.lastAt) ?? Number.NaN,
  high: Number(period.peakEquity),
  low: Number(period.troughEquity),
});

/** Whether each hour of snapshots is a chunk to be made, which takes its time. */
const inChunks = (): boolean => server.edition !== "postgres";

describe("an equity curve", () => {
  it("has the last snapshot of each bucket, and the lowest and highest equity within", async () => {
    const curve = await curveOf([
      [0, 100],
      [600, 50],
      [1_800, 120],
      [1_800.5, 110],
      [7_200, 90],
    ]);
    const range = { from: at(0), to: at(7_201) };
    expect(await portfolio.equityCurve(curve, { ...range, resolution: "1 hour" })).toEqual([
      {
        bucketStart: at(0),
        takenAt: at(1_800.5),
        snapshotId: expect.any(String),
        equity: "110",
        cash: "100",
        peakEquity: "120",
        drawdown: "10",
        drawdownPercentage: "8.333333",
        lowestEquity: "50",
        highestEquity: "120",
        deepestDrawdown: "50",
        deepestDrawdownPercentage: "50.000000",
        snapshotCount: 4,
      },
      expect.objectContaining({ bucketStart: at(7_200), equity: "90", snapshotCount: 1 }),
    ]);
    const [day] = await portfolio.equityCurve(curve, {
      ...range,
      resolution: Temporal.Duration.from({ days: 1 }),
    });
    expect(day).toMatchObject({ bucketStart: Temporal.Instant.from("2026-03-02T00:00Z"), snapshotCount: 5 });
    const [week] = await portfolio.equityCurve(curve, {
      ...range,
      to: "2026-03-09T00:00:00Z",
      resolution: "P1W",
    });
    expect(week).toMatchObject({ bucketStart: Temporal.Instant.from("2026-03-02T00:00Z"), snapshotCount: 5 });
    expect(await portfolio.equityCurve(curve, { ...range, to: at(0), resolution: "PT1S" })).toEqual([]);
    expect(
      await portfolio.equityCurve({ ...curve, account: "none" }, { ...range, resolution: "PT1H" }),
    ).toEqual([]);
  });

  it("keeps the curves of strategies and of the account apart", async () => {
    const curve = await curveOf([[0, 100]]);
    const strategyId = await insertStrategy(database);
    await portfolio.append(snapshotAt(1, { ...curve, strategyId, equity: "5" }));
    const range = { from: at(0), to: at(10), resolution: "1 day" };
    expect(await portfolio.equityCurve(curve, range)).toMatchObject([{ equity: "100" }]);
    expect(await portfolio.equityCurve({ ...curve, strategyId }, range)).toMatchObject([{ equity: "5" }]);
  });

  it("over years is cut into windows without losing or splitting a bucket", async () => {
    const step = inChunks() ? 9 : 1;
    const days = Array.from({ length: Math.ceil(400 / step) }, (_, index) => index * step - 400);
    const curve = await curveOf(days.map((day) => [day * 86_400, 100 + (day % 7)] as const));
    const range = { from: at(-86_400 * 430), to: at(86_400 * 100) };
    const daily = await portfolio.equityCurve(curve, { ...range, resolution: "1 day" });
    expect(daily.map(({ takenAt }) => seconds(takenAt))).toEqual(days.map((day) => day * 86_400));
    for (const resolution of ["7 days", "45 days", "P100D"]) {
      const points = await portfolio.equityCurve(curve, { ...range, resolution });
      expect(points.reduce((sum, { snapshotCount }) => sum + snapshotCount, 0)).toBe(days.length);
      expect(new Set(points.map(({ bucketStart }) => bucketStart.epochMilliseconds)).size).toBe(
        points.length,
      );
    }
  });

  it.each([
    ["1 month"],
    ["P1Y"],
    ["0 seconds"],
    ["PT0.5S"],
    ["PT-1H"],
    ["soon"],
    [60],
    ["4000 days"],
    // More than 100,000 buckets.
    ["1 second"],
  ])("refuses the resolution %s", async (resolution) => {
    const range = { from: at(0), to: at(1_000_000), resolution };
    // What a caller without types may send.
    const work = portfolio.equityCurve(
      { account: "any", currency: "USD" },
      range as { resolution: string } & typeof range,
    );
    await expect(work).rejects.toThrow(InvalidInputError);
    await expect(work).rejects.toMatchObject({ field: "resolution" });
  });
});

describe("drawdowns", () => {
  it("are those of a plain scan, wherever windows cut the curve", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 12 })), {
          minLength: 1,
          maxLength: 40,
        }),
        async (steps) => {
          // Steps of days, so that windows of 30 days cut it anywhere.
          let day = -900;
          const points = steps.map(([days, equity]) => [(day += days) * 86_400, equity] as const);
          const curve = await curveOf(points);
          const range = { from: at(-86_400 * 900), to: at(0), resolution: "30 days" };
          const { periods } = await portfolio.drawdownSeries(curve, { ...range, limit: 1_000 });
          expect(periods.map(plain)).toEqual(scan(points));
        },
      ),
      { numRuns: inChunks() ? 4 : 15 },
    );
  });

  it("have depth, duration and recovery time; the deepest are kept", async () => {
    const curve = await curveOf([
      [0, 100],
      [10, 80],
      [20, 90],
      [30, 100],
      [40, 99],
      [50, 200],
      [60, 150],
      [70, 160],
    ]);
    const range = { from: at(0), to: at(100), resolution: "1 hour" };
    const { points, periods } = await portfolio.drawdownSeries(curve, { ...range, limit: 2 });
    expect(points).toHaveLength(1);
    expect(periods).toEqual([
      {
        peakAt: at(0),
        peakEquity: "100",
        troughAt: at(10),
        troughEquity: "80",
        depth: "20",
        depthPercentage: "20.000000",
        recoveredAt: at(30),
        lastAt: at(20),
        durationSeconds: 30,
        recoverySeconds: 20,
      },
      expect.objectContaining({
        depthPercentage: "25.000000",
        recoveredAt: null,
        lastAt: at(70),
        durationSeconds: 20,
        recoverySeconds: null,
      }),
    ]);
    const atLeast = await portfolio.drawdownSeries(curve, { ...range, minimumPercentage: "20.000001" });
    expect(atLeast.periods).toHaveLength(1);
    // The range begins below a peak that lies before it.
    const { periods: later } = await portfolio.drawdownSeries(curve, { ...range, from: at(60) });
    expect(later).toMatchObject([{ peakAt: null, peakEquity: "200", depth: "50", durationSeconds: null }]);
  });

  it("without a positive peak have an amount and no percentage", async () => {
    const curve = await curveOf([
      [0, -10],
      [10, -30],
    ]);
    const { periods } = await portfolio.drawdownSeries(curve, {
      from: at(0),
      to: at(20),
      resolution: "PT1H",
    });
    expect(periods).toMatchObject([{ depth: "20", depthPercentage: null }]);
  });

  it("of a curve that only rises, or is not there, are none", async () => {
    const curve = await curveOf([
      [0, 1],
      [1, 1],
      [2, 3],
    ]);
    const range = { from: at(0), to: at(20), resolution: "PT1H" };
    expect((await portfolio.drawdownSeries(curve, range)).periods).toEqual([]);
    const none = { account: "none", currency: "USD" };
    expect(await portfolio.drawdownSeries(none, range)).toEqual({ points: [], periods: [] });
  });
});
