// The life of a strategy: written, running, held, ended, put away.
export const strategyStatuses = ["draft", "active", "paused", "stopped", "archived"] as const;

/** State of a strategy. Only an `active` strategy may send orders. */
export type StrategyStatus = (typeof strategyStatuses)[number];
