// The life of a strategy: which state may follow which, in one table. The database records the state and its times; this is
// where an unfit change is refused.
import type { StrategyStatus } from "@app/schema/vocabulary";

/**
 * Which state may follow which. A strategy that was stopped may be started again; one that was archived is done for good and
 * keeps its name.
 */
export const strategyTransitions = {
  draft: ["active", "archived"],
  active: ["paused", "stopped"],
  paused: ["active", "stopped"],
  stopped: ["active", "archived"],
  archived: [],
} as const satisfies Readonly<Record<StrategyStatus, readonly StrategyStatus[]>>;

/** Whether a strategy in state `from` may change to state `to`; staying is always allowed. */
export function canChangeStrategyStatus(from: StrategyStatus, to: StrategyStatus): boolean {
  const next: readonly StrategyStatus[] = strategyTransitions[from];
  return from === to || next.includes(to);
}
