// Whose the rows are that benchmarks write. Facts leave them out, so that a database that was written to gives the same facts as before.

/** Account, exchange and strategy of what is written. */
export const WRITER = {
  account: "bench-writes",
  exchange: "BENCHWRITES",
  strategy: "bench writes",
} as const;
