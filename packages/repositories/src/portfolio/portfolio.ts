// The room for portfolios: snapshots, curves, exposure and risk of accounts and of strategies in them.
// Holds no state of its own; each method is in the file named after what it does.
import type { Page } from "../paging/cursor.ts";
import type { Scope } from "../statements/scope.ts";
import { appendSnapshots, checkSnapshots } from "./append-snapshots.ts";
import type { CurveKey } from "./curve-key.ts";
import { type DrawdownRange, type DrawdownSeries, drawdownSeries } from "./drawdowns.ts";
import { type CurvePoint, type CurveRange, equityCurve } from "./equity-curve.ts";
import { type Exposure, type ExposureRequest, readExposure } from "./exposure.ts";
import {
  findSnapshot,
  getSnapshot,
  latestSnapshot,
  listByStrategy,
  listSnapshots,
  listTroubled,
  type SnapshotPage,
  streamSnapshots,
} from "./find-snapshots.ts";
import { riskBreaches, type RiskRequest, streamRiskBreaches } from "./risk-breaches.ts";
import type { RiskFinding } from "./risk-finding.ts";
import { checkSnapshot, type NewSnapshot, type Snapshot } from "./snapshot.ts";
import { type TakenSnapshot, takeSnapshot, type TakeSnapshot } from "./take-snapshot.ts";

/** Portfolios over time. Every method throws InvalidInputError, naming the field, before a statement is sent. */
export interface Portfolio {
  /**
   * Stores a snapshot, once however often it is sent.
   * @returns it as stored, with the running peak
   * @throws {ConflictError} where its id is stored with other contents, naming the field that differs, or its strategy is unknown
   */
  append(snapshot: NewSnapshot): Promise<Snapshot>;
  /** Stores up to 1,000 snapshots, all or none. @returns them in the order given */
  appendMany(snapshots: readonly NewSnapshot[]): Promise<readonly Snapshot[]>;
  /**
   * Values the open positions and appends what follows. A second call with the same id gives the snapshot of the first.
   * @throws {InvalidInputError} naming `marks`, where a position in the currency has no price
   * @throws {ConflictError} where the id is stored with other given values
   */
  takeSnapshot(request: TakeSnapshot): Promise<TakenSnapshot>;
  /** @throws {NotFoundError} */
  get(id: string): Promise<Snapshot>;
  find(id: string): Promise<Snapshot | undefined>;
  /** The last snapshot of a curve by its time. */
  latest(curve: CurveKey): Promise<Snapshot | undefined>;
  /** A curve's snapshots, newest first. */
  list(curve: CurveKey, page?: SnapshotPage): Promise<Page<Snapshot>>;
  /** A strategy's snapshots over all accounts and currencies, newest first. */
  listByStrategy(strategyId: string, page?: SnapshotPage): Promise<Page<Snapshot>>;
  /** Every snapshot of a curve, newest first, a page of 1,000 in memory. */
  stream(curve: CurveKey, range?: Pick<SnapshotPage, "from" | "to">): AsyncIterable<Snapshot>;
  /** The curve at a resolution, oldest first; at most 100,000 buckets. */
  equityCurve(range: CurveRange): Promise<readonly CurvePoint[]>;
  /** The curve at a resolution and its deepest drawdowns, from every snapshot. */
  drawdownSeries(range: DrawdownRange): Promise<DrawdownSeries>;
  /** What is open now, by instrument and by settlement currency. */
  exposure(request: ExposureRequest): Promise<Exposure>;
  /**
   * The limits of a strategy that are exceeded now, and those that cannot be judged; empty where all is well.
   * @throws {NotFoundError}
   */
  riskBreaches(strategyId: string, request?: RiskRequest): Promise<readonly RiskFinding[]>;
  /** The same of every active strategy, by name, one strategy in memory. */
  streamRiskBreaches(request?: RiskRequest): AsyncIterable<RiskFinding>;
  /** Snapshots of an account, its strategies' included, with a drawdown of 20 % or more; newest first. */
  listDeepDrawdowns(account: string, page?: SnapshotPage): Promise<Page<Snapshot>>;
  /** Snapshots of an account, its strategies' included, with 80 % of the margin or more in use; newest first. */
  listMarginPressure(account: string, page?: SnapshotPage): Promise<Page<Snapshot>>;
}

/** @returns the portfolios of a database, or as one transaction sees them */
export function createPortfolio(scope: Scope): Portfolio {
  return {
    async append(snapshot) {
      const [stored] = await appendSnapshots(scope, [checkSnapshot(snapshot)]);
      if (stored === undefined) throw new TypeError("One snapshot was appended and none came back.");
      return stored;
    },
    appendMany: async (snapshots) => appendSnapshots(scope, checkSnapshots(snapshots)),
    takeSnapshot: (request) => takeSnapshot(scope, request),
    get: (id) => getSnapshot(scope, id),
    find: (id) => findSnapshot(scope, id),
    latest: (curve) => latestSnapshot(scope, curve),
    list: (curve, page = {}) => listSnapshots(scope, curve, page),
    listByStrategy: (strategyId, page = {}) => listByStrategy(scope, strategyId, page),
    stream: (curve, range) => streamSnapshots(scope, curve, range),
    equityCurve: (range) => equityCurve(scope, range),
    drawdownSeries: (range) => drawdownSeries(scope, range),
    exposure: (request) => readExposure(scope, request),
    riskBreaches: (strategyId, request = {}) => riskBreaches(scope, strategyId, request),
    streamRiskBreaches: (request = {}) => streamRiskBreaches(scope, request),
    listDeepDrawdowns: (account, page = {}) =>
      listTroubled(scope, "portfolio_snapshots.list_deep_drawdowns", account, page),
    listMarginPressure: (account, page = {}) =>
      listTroubled(scope, "portfolio_snapshots.list_margin_pressure", account, page),
  };
}
