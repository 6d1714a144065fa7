// What a snapshot is, and the check of one that comes in: every field at the edge, defaults filled in, derived figures left to
// the database.
import type { Decimal } from "@app/database";
import { idOfRow } from "../identity/time-ordered-id.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, moment, notAhead } from "../input/instant-field.ts";
import { jsonValue } from "../input/json-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { exact } from "../amounts/exact-decimal.ts";
import { curveOfRecord, type CurveKey } from "./curve-key.ts";

/** What one open position was at a snapshot; whatever the caller keeps of it. */
export type Holding = Readonly<Record<string, unknown>>;

/** Equity, cash, exposure and risk of one curve at a moment. Amounts are in `currency`; what is not known is null. */
export interface Snapshot {
  /** UUIDv7 that holds `takenAt`. */
  readonly id: string;
  readonly takenAt: Temporal.Instant;
  readonly account: string;
  /** null: the whole account. */
  readonly strategyId: string | null;
  /** Currency of every amount. */
  readonly currency: string;
  readonly equity: Decimal;
  readonly cash: Decimal;
  /** Worth of the long positions. */
  readonly longExposure: Decimal;
  /** Positive number: the size of the short side. */
  readonly shortExposure: Decimal;
  /** Long and short side added. */
  readonly grossExposure: Decimal;
  /** Long less short side. */
  readonly netExposure: Decimal;
  /** As whoever took it counts; by `takeSnapshot` since the first fill, before fees. */
  readonly realizedPnl: Decimal;
  /** What closing everything would realise; by `takeSnapshot` before fees. */
  readonly unrealizedPnl: Decimal;
  readonly marginUsed: Decimal;
  /** Percent of the available margin, 0 to 100. */
  readonly marginUsedPercentage: Decimal | null;
  /** Percent of gross exposure in the largest position, 0 to 100. */
  readonly largestPositionPercentage: Decimal | null;
  /** Number of them. */
  readonly openPositions: number;
  /** Highest equity of the curve up to here, deposits included. */
  readonly peakEquity: Decimal;
  /** Peak less equity; 0 at a peak. */
  readonly drawdown: Decimal;
  /** Percent of the peak to 6 places, at most 100; null while the peak is not positive. */
  readonly drawdownPercentage: Decimal | null;
  /** Positive numbers are losses. */
  readonly valueAtRisk95: Decimal | null;
  readonly valueAtRisk99: Decimal | null;
  readonly expectedShortfall95: Decimal | null;
  /** Annualised, as a percentage of equity. */
  readonly volatilityPercentage: Decimal | null;
  /** What was open; null where nobody said. */
  readonly holdings: readonly Holding[] | null;
  /** Which system took it. */
  readonly source: string;
  /** A later end of keeping than the seven years every snapshot is kept. */
  readonly retainUntil: Temporal.PlainDate | null;
}

/** A snapshot that comes in. Amounts are decimal text; what is left out counts as 0, or as not known where that is null. */
export interface NewSnapshot extends CurveKey {
  /** UUIDv7 holding `takenAt`, made with `createId(takenAt)`: sent again with it, a snapshot is stored once. */
  readonly id: string;
  /** To the microsecond; at most 24 hours ahead of the clock. */
  readonly takenAt: Moment;
  readonly equity: string;
  readonly cash: string;
  /** @defaultValue "0" */
  readonly longExposure?: string | undefined;
  /** Positive number. @defaultValue "0" */
  readonly shortExposure?: string | undefined;
  /** @defaultValue "0" */
  readonly realizedPnl?: string | undefined;
  /** @defaultValue "0" */
  readonly unrealizedPnl?: string | undefined;
  /** @defaultValue "0" */
  readonly marginUsed?: string | undefined;
  /** Percent of the available margin, 0 to 100. @defaultValue null */
  readonly marginUsedPercentage?: string | null | undefined;
  /** Percent of gross exposure, 0 to 100. @defaultValue null */
  readonly largestPositionPercentage?: string | null | undefined;
  /** @defaultValue 0 */
  readonly openPositions?: number | undefined;
  readonly valueAtRisk95?: string | null | undefined;
  readonly valueAtRisk99?: string | null | undefined;
  readonly expectedShortfall95?: string | null | undefined;
  /** Annualised, as a percentage of equity. @defaultValue null */
  readonly volatilityPercentage?: string | null | undefined;
  /** What is open, as JSON objects. @defaultValue null */
  readonly holdings?: readonly Holding[] | null | undefined;
  /** Which system made it. */
  readonly source: string;
}

/** Most positions a snapshot counts: PostgreSQL's integer. */
const MOST_POSITIONS = 2_147_483_647;

const percentage = (field: string, value: unknown): Decimal =>
  below(field, amount(field, value, "not-negative"), "100", true);

function below(field: string, value: Decimal, most: string, included: boolean): Decimal {
  const order = exact(value).cmp(most);
  if (order < 0 || (included && order === 0)) return value;
  throw refusal(field, value, `${included ? "at most" : "below"} ${most}`);
}

/** The risk figures a snapshot may carry, checked. */
export function checkRiskFigures(given: {
  readonly [Field in keyof RiskFigures]?: string | null | undefined;
}): RiskFigures {
  const loss = (field: keyof RiskFigures): Decimal | null =>
    optional(given[field], (value) => amount(field, value, "not-negative"));
  const figures = {
    marginUsedPercentage: optional(given.marginUsedPercentage, (value) =>
      percentage("marginUsedPercentage", value),
    ),
    valueAtRisk95: loss("valueAtRisk95"),
    valueAtRisk99: loss("valueAtRisk99"),
    expectedShortfall95: loss("expectedShortfall95"),
    volatilityPercentage: optional(given.volatilityPercentage, (value) =>
      below("volatilityPercentage", amount("volatilityPercentage", value, "not-negative"), "1000000", false),
    ),
  };
  const { valueAtRisk95, valueAtRisk99 } = figures;
  if (valueAtRisk95 !== null && valueAtRisk99 !== null && exact(valueAtRisk99).lt(valueAtRisk95)) {
    throw refusalBecause("valueAtRisk99", `${valueAtRisk99} is less than the ${valueAtRisk95} at 95 %.`);
  }
  return figures;
}

/** Risk figures as a risk engine gives them. */
export type RiskFigures = Pick<
  Snapshot,
  "marginUsedPercentage" | "valueAtRisk95" | "valueAtRisk99" | "expectedShortfall95" | "volatilityPercentage"
>;

/** What a caller decides about a snapshot; the rest of one is computed or may change later. */
export type SnapshotContents = Omit<
  Snapshot,
  "grossExposure" | "netExposure" | "peakEquity" | "drawdown" | "drawdownPercentage" | "retainUntil"
>;

const snapshotFields: Readonly<Record<keyof NewSnapshot, true>> = {
  id: true,
  takenAt: true,
  account: true,
  strategyId: true,
  currency: true,
  equity: true,
  cash: true,
  longExposure: true,
  shortExposure: true,
  realizedPnl: true,
  unrealizedPnl: true,
  marginUsed: true,
  marginUsedPercentage: true,
  largestPositionPercentage: true,
  openPositions: true,
  valueAtRisk95: true,
  valueAtRisk99: true,
  expectedShortfall95: true,
  volatilityPercentage: true,
  holdings: true,
  source: true,
};

/** @throws {InvalidInputError} naming the field */
export function checkSnapshot(snapshot: NewSnapshot): SnapshotContents {
  const given = objectField("snapshot", snapshot);
  refuseUnknownFields("a snapshot", given, snapshotFields);
  const takenAt = notAhead("takenAt", moment("takenAt", given.takenAt));
  return {
    id: idOfRow("id", given.id, takenAt, "takenAt"),
    takenAt,
    ...curveOfRecord(given),
    equity: amount("equity", given.equity),
    cash: amount("cash", given.cash),
    longExposure: amount("longExposure", given.longExposure ?? "0", "not-negative"),
    shortExposure: amount("shortExposure", given.shortExposure ?? "0", "not-negative"),
    realizedPnl: amount("realizedPnl", given.realizedPnl ?? "0"),
    unrealizedPnl: amount("unrealizedPnl", given.unrealizedPnl ?? "0"),
    marginUsed: amount("marginUsed", given.marginUsed ?? "0", "not-negative"),
    largestPositionPercentage: optional(given.largestPositionPercentage, (value) =>
      percentage("largestPositionPercentage", value),
    ),
    openPositions: wholeNumber("openPositions", given.openPositions ?? 0, 0, MOST_POSITIONS),
    ...checkRiskFigures(given),
    holdings: optional(given.holdings, checkHoldings),
    source: namedCode("source", given.source),
  };
}

function checkHoldings(holdings: unknown): readonly Holding[] {
  if (!Array.isArray(holdings)) throw refusal("holdings", holdings, "an array of objects");
  jsonValue("holdings", holdings);
  // As the database keeps them: no undefined, moments as text.
  const kept: unknown[] = JSON.parse(JSON.stringify(holdings));
  return kept.map((holding, index) => {
    if (isHolding(holding)) return holding;
    throw refusal(`holdings[${index}]`, holding, "an object");
  });
}

function isHolding(value: unknown): value is Holding {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
