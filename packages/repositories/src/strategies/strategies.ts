// The room for strategies: making, changing and starting them, and measuring what they did. Holds no state of its own; each
// method is in the file named after what it does.
import type { Queryable } from "@app/database";
import type { Page, PageOptions } from "../paging/page.ts";
import type { Streaks } from "../performance/streaks.ts";
import type { Scope } from "../statements/scope.ts";
import { changeStatus, type StatusChange } from "./change-status.ts";
import { type FillStreakOptions, fillStreaks } from "./fill-streaks.ts";
import {
  findStrategy,
  findStrategyByName,
  listActiveStrategies,
  listStrategies,
  requiredStrategy,
  type StrategyFilter,
  type StrategyListOptions,
  streamStrategies,
} from "./find-strategy.ts";
import { leaderboard, type LeaderboardOptions } from "./leaderboard.ts";
import { measurePerformance } from "./measure-performance.ts";
import type { LeaderboardEntry, StrategyPerformance } from "./performance.ts";
import type { PerformanceOptions } from "./performance-options.ts";
import { riskLimitsOf, type StrategyLimits } from "./risk-limits.ts";
import { riskUsage, type RiskUsage, type RiskUsageOptions } from "./risk-usage.ts";
import type { RiskLimitsInput, Strategy, StrategyChanges } from "./strategy.ts";
import type { NewStrategy } from "./strategy-input.ts";
import {
  type ChangeContext,
  createStrategy,
  removeStrategy,
  setRiskLimits,
  updateStrategy,
  type VersionedChange,
} from "./write-strategy.ts";

/** What can be asked of strategies. Every method throws InvalidInputError, naming the field, before it sends anything. */
export interface StrategyReads {
  /** A strategy by its id. @throws {NotFoundError} no such strategy */
  get(id: string): Promise<Strategy>;
  /** As get, or undefined. */
  find(id: string): Promise<Strategy | undefined>;
  /** By its exact name. @throws {NotFoundError} no such strategy */
  getByName(name: string): Promise<Strategy>;
  /** As getByName, or undefined. */
  findByName(name: string): Promise<Strategy | undefined>;
  /** Its limits, their currency, and the version they are of. @throws {NotFoundError} no such strategy */
  getRiskLimits(id: string): Promise<StrategyLimits>;
  /** As getRiskLimits, or undefined. */
  findRiskLimits(id: string): Promise<StrategyLimits | undefined>;
  /** One page, newest first. */
  list(options?: StrategyListOptions): Promise<Page<Strategy>>;
  /** One page of those that run, by name. */
  listActive(options?: PageOptions): Promise<Page<Strategy>>;
  /** All of a list, newest first, in bounded memory. */
  stream(filter?: StrategyFilter): AsyncIterable<Strategy>;
  /** What of the limits is used. @throws {NotFoundError} no such strategy */
  riskUsage(id: string, options?: RiskUsageOptions): Promise<RiskUsage>;
  /**
   * What a strategy did over [from, to).
   * @throws {NotFoundError} no such strategy; naming `capital.account`, where it has neither a curve nor fills in that account;
   * naming `benchmark.symbol`, where that has no daily bars
   */
  performance(id: string, options: PerformanceOptions): Promise<StrategyPerformance>;
  /**
   * Longest runs of winning and of losing fills over [from, to). Reads every fill of the range.
   * @throws {NotFoundError} no such strategy
   */
  fillStreaks(id: string, options: FillStreakOptions): Promise<Streaks>;
  /** Strategies by net P&L over whole UTC days, the most first. */
  leaderboard(options: LeaderboardOptions): Promise<readonly LeaderboardEntry[]>;
}

/** Strategies in the database. Every write is one transaction, and its context goes into the audit log beside the change. */
export interface Strategies extends StrategyReads {
  /**
   * Makes a strategy in state draft. Sent again it is the same strategy.
   * @throws {ConflictError} the id is there with other contents, or the name is another strategy's
   */
  create(strategy: NewStrategy, context?: ChangeContext): Promise<Strategy>;
  /**
   * Changes a strategy that is at `expectedVersion`; what is left out stays. Sent again after a lost answer it gives what it gave.
   * @throws {NotFoundError} no such strategy
   * @throws {ConflictError} it is at another version, or the name is another strategy's
   */
  update(id: string, changes: StrategyChanges, change: VersionedChange): Promise<Strategy>;
  /** As update, of limits alone; null removes a limit. @throws {NotFoundError} no such strategy @throws {ConflictError} as update */
  setRiskLimits(id: string, limits: RiskLimitsInput, change: VersionedChange): Promise<Strategy>;
  /**
   * Starts a strategy, or lets a paused one go on.
   * @throws {NotFoundError} no such strategy
   * @throws {ConflictError} its state allows no such change, or it is at another version
   */
  activate(id: string, change?: StatusChange): Promise<Strategy>;
  /** Pauses a strategy that runs. @throws as activate */
  pause(id: string, change?: StatusChange): Promise<Strategy>;
  /** Stops a strategy that runs or pauses. @throws as activate */
  stop(id: string, change?: StatusChange): Promise<Strategy>;
  /** Puts away a strategy that neither runs nor pauses, for good. @throws as activate */
  archive(id: string, change?: StatusChange): Promise<Strategy>;
  /**
   * Removes a strategy; one that is not there is removed already. Fills, orders and logs stay without it, positions, roll-up
   * and snapshots go along.
   * @throws {InvalidInputError} fills of it have left the database, or a snapshot is held: archive it
   */
  remove(id: string, context?: ChangeContext): Promise<void>;
}

/** @returns what can be asked of the strategies behind a scope, a replica's included */
export function createStrategyReads(scope: Queryable): StrategyReads {
  const get = async (id: string): Promise<Strategy> => requiredStrategy(await findStrategy(scope, id), id);
  return {
    get,
    find: (id) => findStrategy(scope, id),
    getByName: async (name) => requiredStrategy(await findStrategyByName(scope, name), JSON.stringify(name)),
    findByName: (name) => findStrategyByName(scope, name),
    getRiskLimits: async (id) => riskLimitsOf(await get(id)),
    async findRiskLimits(id) {
      const strategy = await findStrategy(scope, id);
      return strategy === undefined ? undefined : riskLimitsOf(strategy);
    },
    list: (options) => listStrategies(scope, options),
    listActive: (options) => listActiveStrategies(scope, options),
    stream: (filter) => streamStrategies(scope, filter),
    riskUsage: (id, options) => riskUsage(scope, id, options),
    performance: (id, options) => measurePerformance(scope, id, options),
    fillStreaks: (id, options) => fillStreaks(scope, id, options),
    leaderboard: (options) => leaderboard(scope, options),
  };
}

/** @returns the strategies behind a scope */
export function createStrategies(scope: Scope): Strategies {
  return {
    ...createStrategyReads(scope),
    create: (strategy, context) => createStrategy(scope, strategy, context),
    update: (id, changes, change) => updateStrategy(scope, id, changes, change),
    setRiskLimits: (id, limits, change) => setRiskLimits(scope, id, limits, change),
    activate: (id, change) => changeStatus(scope, id, "active", change),
    pause: (id, change) => changeStatus(scope, id, "paused", change),
    stop: (id, change) => changeStatus(scope, id, "stopped", change),
    archive: (id, change) => changeStatus(scope, id, "archived", change),
    remove: (id, context) => removeStrategy(scope, id, context),
  };
}
