// Exposure: what the open positions of an account, or of one strategy in it, are worth, by instrument and in sum.
// Invariant: amounts of different currencies are never added, and a sum with an unknown part in it is null, not a part of the truth.
import { type Decimal, jsonParameter, type Queryable } from "@app/database";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { type CheckedPortfolio, checkPortfolio, curveStatement, type PortfolioKey } from "./curve-key.ts";
import { findSnapshot } from "./find-snapshots.ts";
import { checkMarks, markSourceFields, markValues, type MarkSources } from "./marks.ts";
import type { Snapshot } from "./snapshot.ts";

/** Amounts of some positions of one settlement currency; null where one of them has no mark. */
interface ExposureAmounts {
  readonly settlementCurrency: string;
  readonly positionCount: number;
  /** Positions without a mark. */
  readonly unmarkedPositions: number;
  /** Sum of quantity × mark × contract multiplier over the long positions. */
  readonly longExposure: Decimal | null;
  /** The same of the short ones, as a positive number. */
  readonly shortExposure: Decimal | null;
  /** Long and short added: one strategy's long position does not offset another's short one. */
  readonly grossExposure: Decimal | null;
  /** Long less short. */
  readonly netExposure: Decimal | null;
  /** Against the average entry price, before fees. */
  readonly unrealizedPnl: Decimal | null;
  /** Percent of the latest equity in this currency, 6 places; null without a snapshot or where equity is not positive. */
  readonly grossEquityPercentage: Decimal | null;
  readonly netEquityPercentage: Decimal | null;
}

/** Exposure to one instrument. */
export interface InstrumentExposure extends ExposureAmounts {
  readonly exchange: string;
  readonly symbol: string;
  /** Sum over the positions: positive long, negative short. */
  readonly netQuantity: Decimal;
  readonly mark: Decimal | null;
  /** Opening of the bar whose close the mark is; null for a mark that was given. */
  readonly markedAt: Temporal.Instant | null;
}

/** Exposure in one settlement currency. */
export interface CurrencyExposure extends ExposureAmounts {
  /** The latest snapshot the percentages are of. */
  readonly equity: Decimal | null;
  readonly equityTakenAt: Temporal.Instant | null;
}

/** Exposure of an account or of a strategy in it. */
export interface Exposure {
  /** By settlement currency, exchange, symbol. */
  readonly instruments: readonly InstrumentExposure[];
  readonly currencies: readonly CurrencyExposure[];
}

type ExposureRow = ExposureAmounts & {
  readonly exchange: string | null;
  readonly symbol: string | null;
  readonly netQuantity: Decimal | null;
  readonly mark: Decimal | null;
  readonly markedAt: Temporal.Instant | null;
};

/** What is open now, valued. */
export async function readExposure(
  scope: Queryable,
  portfolio: PortfolioKey,
  sources: MarkSources,
): Promise<Exposure> {
  const owner = checkPortfolio(portfolio);
  refuseUnknownFields("the sources of marks", objectField("sources", sources), markSourceFields);
  const marks = checkMarks(sources);
  const snapshots = await latestOfEachCurrency(scope, owner);
  const equities = [...snapshots.values()].map(({ currency, equity }) => ({ currency, equity }));
  const { rows } = await scope.query<ExposureRow>(
    curveStatement("positions.exposure", owner, { ...markValues(marks), equities: jsonParameter(equities) }),
  );
  const instruments: InstrumentExposure[] = [];
  const currencies: CurrencyExposure[] = [];
  for (const { exchange, symbol, netQuantity, mark, markedAt, ...amounts } of rows) {
    if (exchange !== null && symbol !== null && netQuantity !== null) {
      instruments.push({ exchange, symbol, netQuantity, mark, markedAt, ...amounts });
      continue;
    }
    const snapshot = snapshots.get(amounts.settlementCurrency);
    currencies.push({
      ...amounts,
      equity: snapshot?.equity ?? null,
      equityTakenAt: snapshot?.takenAt ?? null,
    });
  }
  return { instruments, currencies };
}

/** The latest snapshots of the account, or of the strategy in it: one for each currency it has a curve in. */
async function latestOfEachCurrency(
  scope: Queryable,
  owner: CheckedPortfolio,
): Promise<ReadonlyMap<string, Snapshot>> {
  const latest = new Map<string, Snapshot>();
  const { rows } = await scope.query<{ currency: string; lastSnapshotId: string }>(
    curveStatement("portfolio_curves.list", owner),
  );
  for (const { lastSnapshotId } of rows) {
    const snapshot = await findSnapshot(scope, lastSnapshotId);
    if (snapshot !== undefined) latest.set(snapshot.currency, snapshot);
  }
  return latest;
}
