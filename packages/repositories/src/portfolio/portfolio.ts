// The room for portfolios: snapshots, curves, exposure and risk of accounts and of strategies in them.
// Holds no state of its own; each method is in the file named after what it does.
import type { Queryable } from "@app/database";
import type { OpenTimeRange } from "../input/instant-field.ts";
import type { HistoryOptions, Page } from "../paging/page.ts";
import type { Scope } from "../statements/scope.ts";
import { appendSnapshots, checkSnapshots } from "./append-snapshots.ts";
import type { CurveKey, PortfolioKey } from "./curve-key.ts";
import { type DrawdownRange, type DrawdownSeries, drawdownSeries } from "./drawdowns.ts";
import { type CurvePoint, type CurveRange, equityCurve } from "./equity-curve.ts";
import { type Exposure, readExposure } from "./exposure.ts";
import {
  findSnapshot,
  getSnapshot,
  latestSnapshot,
  listByStrategy,
  listSnapshots,
  listTroubled,
  streamSnapshots,
} from "./find-snapshots.ts";
import type { MarkSources } from "./marks.ts";
import { riskBreaches, type RiskRequest, streamRiskBreaches } from "./risk-breaches.ts";
import type { RiskFinding } from "./risk-finding.ts";
import { checkSnapshot, type NewSnapshot, type Snapshot } from "./snapshot.ts";
import { type TakenSnapshot, takeSnapshot, type TakeSnapshot } from "./take-snapshot.ts";

/**
 * What can be asked of portfolios. Every method throws InvalidInputError, naming the field, before it sends anything. `from`
 * and `to` are of `takenAt`.
 */
export interface PortfolioReads {
  /** A snapshot by its id, from the one chunk its time names. @throws {NotFoundError} no such snapshot */
  get(id: string): Promise<Snapshot>;
  /** As get, or undefined. */
  find(id: string): Promise<Snapshot | undefined>;
  /** The last snapshot of a curve by its time, or undefined. */
  latest(curve: CurveKey): Promise<Snapshot | undefined>;
  /** A curve's snapshots, newest first. */
  list(curve: CurveKey, options?: HistoryOptions): Promise<Page<Snapshot>>;
  /** A strategy's snapshots over all accounts and currencies, newest first. */
  listByStrategy(strategyId: string, options?: HistoryOptions): Promise<Page<Snapshot>>;
  /** Snapshots of an account, its strategies' included, with a drawdown of 20 % or more; newest first. */
  listDeepDrawdowns(account: string, options?: HistoryOptions): Promise<Page<Snapshot>>;
  /** Snapshots of an account, its strategies' included, with 80 % of the margin or more in use; newest first. */
  listMarginPressure(account: string, options?: HistoryOptions): Promise<Page<Snapshot>>;
  /** Every snapshot of a curve, newest first, a page of 1,000 in memory. */
  stream(curve: CurveKey, range?: OpenTimeRange): AsyncIterable<Snapshot>;
  /** The curve at a resolution, oldest first; at most 100,000 buckets. */
  equityCurve(curve: CurveKey, range: CurveRange): Promise<readonly CurvePoint[]>;
  /** The curve at a resolution and its deepest drawdowns, from every snapshot. */
  drawdownSeries(curve: CurveKey, range: DrawdownRange): Promise<DrawdownSeries>;
  /** What is open now, by instrument and by settlement currency. */
  exposure(portfolio: PortfolioKey, marks?: MarkSources): Promise<Exposure>;
  /**
   * The limits of a strategy that are exceeded now, and those that cannot be judged; empty where all is well.
   * @throws {NotFoundError} no such strategy
   */
  riskBreaches(strategyId: string, request?: RiskRequest): Promise<readonly RiskFinding[]>;
  /** The same of every active strategy, by name, one strategy in memory. */
  streamRiskBreaches(request?: RiskRequest): AsyncIterable<RiskFinding>;
}

/** Portfolios over time. Every write happens once however often it is sent with the same id. */
export interface Portfolio extends PortfolioReads {
  /**
   * Stores a snapshot.
   * @returns it as stored, with the running peak
   * @throws {ConflictError} where its id is stored with other contents, naming the field that differs, or its strategy is unknown
   */
  append(snapshot: NewSnapshot): Promise<Snapshot>;
  /** Stores up to 10,000 snapshots, all or none. @returns them in the order given @throws {ConflictError} as append */
  appendMany(snapshots: readonly NewSnapshot[]): Promise<readonly Snapshot[]>;
  /**
   * Values the open positions and appends what follows. A second call with the same id gives the snapshot of the first.
   * @throws {InvalidInputError} naming `marks`, where a position in the currency has no price
   * @throws {ConflictError} where the id is stored with other given values
   */
  takeSnapshot(request: TakeSnapshot): Promise<TakenSnapshot>;
}

/** @returns what can be asked of the portfolios behind a scope, a replica's included */
export function createPortfolioReads(scope: Queryable): PortfolioReads {
  return {
    get: (id) => getSnapshot(scope, id),
    find: (id) => findSnapshot(scope, id),
    latest: (curve) => latestSnapshot(scope, curve),
    list: (curve, options) => listSnapshots(scope, curve, options),
    listByStrategy: (strategyId, options) => listByStrategy(scope, strategyId, options),
    listDeepDrawdowns: (account, options) =>
      listTroubled(scope, "portfolio_snapshots.list_deep_drawdowns", account, options),
    listMarginPressure: (account, options) =>
      listTroubled(scope, "portfolio_snapshots.list_margin_pressure", account, options),
    stream: (curve, range) => streamSnapshots(scope, curve, range),
    equityCurve: (curve, range) => equityCurve(scope, curve, range),
    drawdownSeries: (curve, range) => drawdownSeries(scope, curve, range),
    exposure: (portfolio, marks = {}) => readExposure(scope, portfolio, marks),
    riskBreaches: (strategyId, request = {}) => riskBreaches(scope, strategyId, request),
    streamRiskBreaches: (request = {}) => streamRiskBreaches(scope, request),
  };
}

/** @returns the portfolios of a database, or as one transaction sees them */
export function createPortfolio(scope: Scope): Portfolio {
  return {
    ...createPortfolioReads(scope),
    async append(snapshot) {
      const [stored] = await appendSnapshots(scope, [checkSnapshot(snapshot)]);
      if (stored === undefined) throw new TypeError("One snapshot was appended and none came back.");
      return stored;
    },
    appendMany: async (snapshots) => appendSnapshots(scope, checkSnapshots(snapshots)),
    takeSnapshot: (request) => takeSnapshot(scope, request),
  };
}
