// Takes a snapshot from what is open: positions valued at marks, exact in SQL, and appended. Cash is the caller's: the database
// knows fills, not deposits. Positions of other currencies are never added in; they are listed as left out.
import { type Decimal, InvalidInputError } from "@app/database";
import { now } from "../time/now.ts";
import { createId, idOfRow, timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, moment, notAhead } from "../input/instant-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { namedCode } from "../input/text-field.ts";
import type { Scope } from "../statements/scope.ts";
import { decimalOf, exact } from "../amounts/exact-decimal.ts";
import { appendSnapshots, type ContentField } from "./append-snapshots.ts";
import { curveOfRecord, type CheckedCurve, type CurveKey, curveStatement } from "./curve-key.ts";
import { findSnapshot } from "./find-snapshots.ts";
import { type CheckedMarks, checkMarks, markSourceFields, markValues, type MarkSources } from "./marks.ts";
import {
  checkRiskFigures,
  type Holding,
  type RiskFigures,
  type Snapshot,
  type SnapshotContents,
} from "./snapshot.ts";

/** How equity follows from cash and positions. */
export const equityBases = ["net_exposure", "unrealized_pnl"] as const;

/**
 * How equity follows from cash and positions: `net_exposure` adds what they are worth (assets paid in full, as in spot
 * trading), `unrealized_pnl` what they gained (positions on margin, as in futures).
 */
export type EquityBasis = (typeof equityBases)[number];

/** What a snapshot is taken of. */
export interface TakeSnapshot extends CurveKey, MarkSources {
  /** Of a retry the same as before: then the snapshot is taken once. @defaultValue a new id */
  readonly id?: string | undefined;
  /**
   * At most 24 hours ahead of the clock. Positions are as they are when the call runs, whatever this says.
   * @defaultValue the time in `id`, or now
   */
  readonly takenAt?: Moment | undefined;
  /** Cash of the account, or the strategy's part of it, in `currency`. */
  readonly cash: string;
  readonly equityBasis: EquityBasis;
  /** @defaultValue "0" */
  readonly marginUsed?: string | undefined;
  readonly marginUsedPercentage?: string | null | undefined;
  readonly valueAtRisk95?: string | null | undefined;
  readonly valueAtRisk99?: string | null | undefined;
  readonly expectedShortfall95?: string | null | undefined;
  readonly volatilityPercentage?: string | null | undefined;
  readonly source: string;
}

/** A snapshot and what is not in its sums. */
export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  /** Open positions of other settlement currencies at that moment. */
  readonly leftOut: readonly Holding[];
}

/** What the caller gave: it makes a second call the same one. What is computed may have changed in between. */
const GIVEN_FIELDS = [
  "takenAt",
  "account",
  "strategyId",
  "currency",
  "cash",
  "marginUsed",
  "marginUsedPercentage",
  "valueAtRisk95",
  "valueAtRisk99",
  "expectedShortfall95",
  "volatilityPercentage",
  "source",
] as const satisfies readonly ContentField[];

interface Given extends CheckedCurve, RiskFigures {
  readonly id: string;
  readonly takenAt: Temporal.Instant;
  readonly cash: Decimal;
  readonly marginUsed: Decimal;
  readonly source: string;
}

interface Valuation {
  readonly longExposure: Decimal;
  readonly shortExposure: Decimal;
  readonly netExposure: Decimal;
  readonly realizedPnl: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly largestPositionPercentage: Decimal | null;
  readonly openPositions: number;
  readonly holdings: readonly Holding[];
  /** [exchange, symbol] of counted positions without a mark, the first ten. */
  readonly unmarked: readonly (readonly [string, string])[];
}

/** Values what is open and appends it. */
export async function takeSnapshot(scope: Scope, request: TakeSnapshot): Promise<TakenSnapshot> {
  const given = checkRequest(request);
  const basis = choice("equityBasis", request.equityBasis, equityBases);
  const marks = checkMarks(request);
  const before = await findSnapshot(scope, given.id);
  // Of one that is there only what the caller gave is compared: what follows from positions was true at its moment.
  const contents = before === undefined ? await value(scope, given, basis, marks) : { ...before, ...given };
  const [snapshot] = await appendSnapshots(scope, [contents], GIVEN_FIELDS);
  if (snapshot === undefined) throw new TypeError("One snapshot was appended and none came back.");
  const leftOut = snapshot.holdings?.filter((holding) => holding["isCounted"] === false) ?? [];
  return { snapshot, leftOut };
}

const requestFields: Readonly<Record<keyof TakeSnapshot, true>> = {
  id: true,
  takenAt: true,
  account: true,
  strategyId: true,
  currency: true,
  cash: true,
  equityBasis: true,
  marginUsed: true,
  marginUsedPercentage: true,
  valueAtRisk95: true,
  valueAtRisk99: true,
  expectedShortfall95: true,
  volatilityPercentage: true,
  source: true,
  ...markSourceFields,
};

function checkRequest(request: TakeSnapshot): Given {
  refuseUnknownFields("a snapshot to be taken", objectField("request", request), requestFields);
  const id = request.id === undefined ? undefined : timeOrderedId("id", request.id);
  const takenAt = notAhead(
    "takenAt",
    request.takenAt === undefined ? presentOr(id) : moment("takenAt", request.takenAt),
  );
  return {
    id: id === undefined ? createId(takenAt) : idOfRow("id", id, takenAt, "takenAt"),
    takenAt,
    ...curveOfRecord(request),
    cash: amount("cash", request.cash),
    marginUsed: amount("marginUsed", request.marginUsed ?? "0", "not-negative"),
    ...checkRiskFigures(request),
    source: namedCode("source", request.source),
  };
}

/** The time in an id, or now to the microsecond. */
function presentOr(id: string | undefined): Temporal.Instant {
  return id === undefined ? now() : timeOfId(id);
}

async function value(
  scope: Scope,
  given: Given,
  basis: EquityBasis,
  marks: CheckedMarks,
): Promise<SnapshotContents> {
  const { rows } = await scope.query<Valuation>(
    curveStatement("positions.valuation", given, { ...markValues(marks), currency: given.currency }),
  );
  const [valuation] = rows;
  if (valuation === undefined) throw new TypeError("A sum over no rows is a row, and none came.");
  if (valuation.unmarked.length > 0) {
    const instruments = valuation.unmarked.map(([exchange, symbol]) => `${symbol} on ${exchange}`).join(", ");
    throw new InvalidInputError(
      `marks: there is no price for ${instruments}; a snapshot without it would be wrong.`,
      { field: "marks" },
    );
  }
  const { unmarked: _, netExposure, ...computed } = valuation;
  const gain = basis === "net_exposure" ? netExposure : computed.unrealizedPnl;
  return {
    ...given,
    ...computed,
    equity: decimalOf(exact(given.cash).plus(gain)),
  };
}
