// The life of a strategy: written, running, held, ended, put away.
export const strategyStatuses = ["draft", "active", "paused", "stopped", "archived"] as const;

/** State of a strategy. The database records it and refuses no order for it: the backend decides who may trade. */
export type StrategyStatus = (typeof strategyStatuses)[number];
