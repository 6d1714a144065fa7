// The room for strategies: making, changing and starting them, and measuring what they did. Holds no state of its own; each
// method is in the file named after what it does.
import type { Moment, TimeRange } from "../input/instant-field.ts";
import type { Page } from "../paging/cursor.ts";
import type { Streaks } from "../performance/streaks.ts";
import type { Scope } from "../statements/scope.ts";
import { changeStatus, type StatusChange } from "./change-status.ts";
import { fillStreaks } from "./fill-streaks.ts";
import {
  findStrategy,
  findStrategyByName,
  listActiveStrategies,
  listStrategies,
  requiredStrategy,
  type StrategyFilter,
  streamStrategies,
} from "./find-strategy.ts";
import { leaderboard, type LeaderboardOptions } from "./leaderboard.ts";
import { measurePerformance } from "./measure-performance.ts";
import type { LeaderboardEntry, StrategyPerformance } from "./performance.ts";
import type { PerformanceOptions } from "./performance-options.ts";
import { riskUsage, type RiskUsage } from "./risk-usage.ts";
import type { RiskLimits, RiskLimitsInput, Strategy, StrategyChanges } from "./strategy.ts";
import type { NewStrategy } from "./strategy-input.ts";
import {
  type ChangeContext,
  createStrategy,
  removeStrategy,
  setRiskLimits,
  updateStrategy,
} from "./write-strategy.ts";

/** Limits of a strategy, their currency, and the version they are of. */
export interface StrategyLimits extends RiskLimits {
  readonly strategyId: string;
  readonly version: number;
  readonly baseCurrency: string;
}

/** Strategies in the database. */
export interface Strategies {
  /**
   * Makes a strategy in state draft. Sent again it is the same strategy.
   * @throws {InvalidInputError} naming the field
   * @throws {ConflictError} the id is there with other contents, or the name is another strategy's
   */
  create(strategy: NewStrategy, context?: ChangeContext): Promise<Strategy>;
  /**
   * Changes a strategy that is at `expectedVersion`; what is left out stays. Sent again after a lost answer it gives what it gave.
   * @throws {NotFoundError} no such strategy
   * @throws {ConflictError} it is at another version, or the name is another strategy's
   */
  update(
    id: string,
    expectedVersion: number,
    changes: StrategyChanges,
    context?: ChangeContext,
  ): Promise<Strategy>;
  /** As update, of limits alone; null removes a limit. */
  setRiskLimits(
    id: string,
    expectedVersion: number,
    limits: RiskLimitsInput,
    context?: ChangeContext,
  ): Promise<Strategy>;
  /** Starts a strategy, or lets a paused one go on. @throws {ConflictError} its state allows no such change */
  activate(id: string, change?: StatusChange): Promise<Strategy>;
  /** @throws {ConflictError} it does not run */
  pause(id: string, change?: StatusChange): Promise<Strategy>;
  /** @throws {ConflictError} it neither runs nor pauses */
  stop(id: string, change?: StatusChange): Promise<Strategy>;
  /** Puts away a strategy for good. @throws {ConflictError} it runs or pauses */
  archive(id: string, change?: StatusChange): Promise<Strategy>;
  /**
   * Removes a strategy; one that is not there is removed already. Fills, orders and logs stay without it, positions, roll-up
   * and snapshots go along.
   * @throws {InvalidInputError} fills of it have left the database, or a snapshot is held: archive it
   */
  remove(id: string, context?: ChangeContext): Promise<void>;
  /** @throws {NotFoundError} no such strategy */
  get(id: string): Promise<Strategy>;
  find(id: string): Promise<Strategy | undefined>;
  /** By its exact name. @throws {NotFoundError} no such strategy */
  getByName(name: string): Promise<Strategy>;
  findByName(name: string): Promise<Strategy | undefined>;
  /** One page, newest first. */
  list(filter?: StrategyFilter): Promise<Page<Strategy>>;
  /** All of them, newest first, in bounded memory. */
  stream(filter?: Omit<StrategyFilter, "cursor" | "limit">): AsyncIterable<Strategy>;
  /** Those that run, by name; the first `limit`, 100 unless given. */
  listActive(limit?: number): Promise<readonly Strategy[]>;
  /** @throws {NotFoundError} no such strategy */
  limitsOf(id: string): Promise<StrategyLimits>;
  /** What of the limits is used, on the UTC day of `at`, now unless given. @throws {NotFoundError} no such strategy */
  riskUsage(id: string, at?: Moment): Promise<RiskUsage>;
  /** What a strategy did over [from, to). @throws {NotFoundError} no such strategy */
  performance(id: string, options: PerformanceOptions): Promise<StrategyPerformance>;
  /** Longest runs of winning and of losing fills over [from, to). Reads every fill of the range. */
  fillStreaks(
    id: string,
    range: TimeRange & { readonly currency: string; readonly account?: string | undefined },
  ): Promise<Streaks>;
  /** Strategies by net P&L over whole UTC days, the most first. */
  leaderboard(options: LeaderboardOptions): Promise<readonly LeaderboardEntry[]>;
}

/** @returns the strategies behind a scope */
export function createStrategies(scope: Scope): Strategies {
  const get = async (id: string): Promise<Strategy> => requiredStrategy(await findStrategy(scope, id), id);
  return {
    create: (strategy, context) => createStrategy(scope, strategy, context),
    update: (id, expectedVersion, changes, context) =>
      updateStrategy(scope, id, expectedVersion, changes, context),
    setRiskLimits: (id, expectedVersion, limits, context) =>
      setRiskLimits(scope, id, expectedVersion, limits, context),
    activate: (id, change) => changeStatus(scope, id, "active", change),
    pause: (id, change) => changeStatus(scope, id, "paused", change),
    stop: (id, change) => changeStatus(scope, id, "stopped", change),
    archive: (id, change) => changeStatus(scope, id, "archived", change),
    remove: (id, context) => removeStrategy(scope, id, context),
    get,
    find: (id) => findStrategy(scope, id),
    getByName: async (name) => requiredStrategy(await findStrategyByName(scope, name), JSON.stringify(name)),
    findByName: (name) => findStrategyByName(scope, name),
    list: (filter) => listStrategies(scope, filter),
    stream: (filter) => streamStrategies(scope, filter),
    listActive: (limit) => listActiveStrategies(scope, limit),
    limitsOf: async (id) => limitsOf(await get(id)),
    riskUsage: (id, at) => riskUsage(scope, id, at),
    performance: (id, options) => measurePerformance(scope, id, options),
    fillStreaks: (id, range) => fillStreaks(scope, id, range),
    leaderboard: (options) => leaderboard(scope, options),
  };
}

function limitsOf(strategy: Strategy): StrategyLimits {
  return {
    strategyId: strategy.id,
    version: strategy.version,
    baseCurrency: strategy.baseCurrency,
    maxOrderNotional: strategy.maxOrderNotional,
    maxPositionNotional: strategy.maxPositionNotional,
    maxDailyLoss: strategy.maxDailyLoss,
    maxDrawdownPercentage: strategy.maxDrawdownPercentage,
    maxLeverage: strategy.maxLeverage,
    maxOpenOrders: strategy.maxOpenOrders,
  };
}
