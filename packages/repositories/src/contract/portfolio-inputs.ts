// What the repository of portfolios takes: every method with valid arguments and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { NewSnapshot } from "../portfolio/snapshot.ts";
import { now } from "../time/now.ts";
import {
  bound,
  code,
  cursor,
  decimal,
  formed,
  id,
  type Kind,
  limit,
  moment,
  named,
  reference,
  rowId,
  SQL_FRAGMENTS,
  whole,
  word,
} from "./input-kind.ts";
import type { Contract, Shape } from "./method-case.ts";

const takenAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = takenAt.add({ hours: 1 });
const strategyId = createId(takenAt);

/** A moment that must be near the present. */
const past: Kind = { bad: [...moment.bad, "2062-01-01T00:00:00Z"] };
const ahead = now().add({ hours: 25 });
const ofTheFuture = { argument: 0, values: { takenAt: ahead, id: createId(ahead) }, field: "takenAt" };

const curve = { account: "main", strategyId, currency: "USD" };
const curveShape = { account: code(100), strategyId: id, currency: formed(12) };
const percentage: Kind = { bad: [...decimal.notNegative.bad, "100.000000000000000001"] };
const holdings: Kind = {
  bad: [7, {}, "text", [7], [null], [{ value: Number.NaN }], [{ text: "a NUL \0" }], [[]]],
};

const risk = {
  marginUsed: "1",
  marginUsedPercentage: "1",
  valueAtRisk95: "1",
  valueAtRisk99: "2",
  expectedShortfall95: "3",
  volatilityPercentage: "4",
};
const riskShape = {
  marginUsed: decimal.notNegative,
  marginUsedPercentage: percentage,
  valueAtRisk95: decimal.notNegative,
  valueAtRisk99: decimal.notNegative,
  expectedShortfall95: decimal.notNegative,
  volatilityPercentage: { bad: [...decimal.notNegative.bad, "1000000"] },
};

const snapshot: Required<NewSnapshot> = {
  ...curve,
  ...risk,
  id: createId(takenAt),
  takenAt,
  equity: "100",
  cash: "100",
  longExposure: "10",
  shortExposure: "10",
  realizedPnl: "1",
  unrealizedPnl: "-1",
  largestPositionPercentage: "50",
  openPositions: 2,
  holdings: [{ symbol: "BTC-USD" }],
  source: "test",
};
const snapshotShape: Shape<NewSnapshot> = {
  ...curveShape,
  ...riskShape,
  id: rowId,
  takenAt: past,
  equity: decimal.any,
  cash: decimal.any,
  longExposure: decimal.notNegative,
  shortExposure: decimal.notNegative,
  realizedPnl: decimal.any,
  unrealizedPnl: decimal.any,
  largestPositionPercentage: percentage,
  openPositions: whole(0, 2_147_483_647),
  holdings,
  source: code(200),
};

const marks = {
  marks: [{ exchange: "XTEST", symbol: "BTC-USD", price: "100" }],
  closesOf: "1m",
  closesNotBefore: takenAt,
} as const;
const marksShape = {
  // Of what is open, so that another name is another position.
  marks: [{ exchange: reference(code(50)), symbol: reference(code(100)), price: decimal.positive }],
  closesOf: word,
  closesNotBefore: bound,
} as const;

const page = { from: takenAt, to: later, limit: 10, cursor: undefined };
const pageShape = { from: bound, to: bound, limit: limit(), cursor };
const reversed = { argument: 1, values: { from: later, to: takenAt }, field: "to" };
const resolution: Kind = { bad: [...SQL_FRAGMENTS, "", "1 month", "P1Y", "PT0.5S", "-PT1H", "PT0S", 60, {}] };
const range = { from: takenAt, to: later, resolution: "1 hour" };
const rangeShape = { from: bound, to: bound, resolution };
const request = { ...marks, account: "main", at: later, snapshotsNotBefore: takenAt };
const requestShape = { ...marksShape, account: code(100), at: bound, snapshotsNotBefore: bound };

/** Every method of the repository of portfolios. */
export const portfolioInputs: Contract<Portfolio> = {
  append: [
    {
      args: [snapshot],
      shapes: [snapshotShape],
      wrongTogether: [
        { argument: 0, values: { valueAtRisk95: "2", valueAtRisk99: "1" }, field: "valueAtRisk99" },
        ofTheFuture,
      ],
    },
  ],
  appendMany: [{ args: [[snapshot]], shapes: [[snapshotShape]], prefixes: ["snapshots"] }],
  takeSnapshot: [
    {
      args: [
        {
          ...curve,
          ...risk,
          ...marks,
          id: createId(takenAt),
          takenAt,
          cash: "100",
          equityBasis: "net_exposure",
          source: "test",
        },
      ],
      shapes: [
        {
          ...curveShape,
          ...riskShape,
          ...marksShape,
          id: rowId,
          takenAt: past,
          cash: decimal.any,
          equityBasis: word,
          source: code(200),
        },
      ],
      wrongTogether: [ofTheFuture],
    },
  ],
  get: [{ args: [strategyId], shapes: [named("id", id)] }],
  find: [{ args: [strategyId], shapes: [named("id", id)] }],
  latest: [{ args: [curve], shapes: [curveShape] }],
  list: [{ args: [curve, page], shapes: [curveShape, pageShape], wrongTogether: [reversed] }],
  listByStrategy: [
    { args: [strategyId, page], shapes: [named("strategyId", id), pageShape], wrongTogether: [reversed] },
  ],
  stream: [
    {
      args: [curve, { from: takenAt, to: later }],
      shapes: [curveShape, { from: bound, to: bound }],
      wrongTogether: [reversed],
    },
  ],
  equityCurve: [{ args: [curve, range], shapes: [curveShape, rangeShape], wrongTogether: [reversed] }],
  drawdownSeries: [
    {
      args: [curve, { ...range, limit: 10, minimumPercentage: "1" }],
      shapes: [curveShape, { ...rangeShape, limit: limit(), minimumPercentage: decimal.notNegative }],
      wrongTogether: [reversed],
    },
  ],
  exposure: [
    {
      args: [{ account: "main", strategyId }, marks],
      shapes: [{ account: code(100), strategyId: id }, marksShape],
    },
  ],
  riskBreaches: [{ args: [strategyId, request], shapes: [named("strategyId", id), requestShape] }],
  streamRiskBreaches: [{ args: [request], shapes: [requestShape] }],
  listDeepDrawdowns: [
    { args: ["main", page], shapes: [named("account", code(100)), pageShape], wrongTogether: [reversed] },
  ],
  listMarginPressure: [
    { args: ["main", page], shapes: [named("account", code(100)), pageShape], wrongTogether: [reversed] },
  ],
};
