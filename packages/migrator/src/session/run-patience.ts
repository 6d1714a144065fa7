// How patient a run is. The command line repeats three of the defaults, since loading this package to print a help text
// costs time; a test there compares them.

/** Time and retry limits of a run. */
export interface RunPatience {
  /** How long to wait for another run to finish, in milliseconds. @defaultValue 300 000 (5 min) */
  readonly lockWaitMs: number;
  /**
   * `lock_timeout` of each migration transaction, in milliseconds: the longest that a waiting migration can make the
   * table's writers queue behind it. @defaultValue 3 000
   */
  readonly lockTimeoutMs: number;
  /**
   * `lock_timeout` of a statement outside a transaction (CREATE INDEX CONCURRENTLY): it makes nobody queue, and it
   * waits for every older transaction to end, so it may wait longer. In milliseconds. @defaultValue 1 800 000 (30 min)
   */
  readonly aloneLockTimeoutMs: number;
  /** How often a step is tried when it does not get its locks. @defaultValue 10 */
  readonly attempts: number;
}

/** The limits that hold where none are given. */
export const defaultPatience: RunPatience = {
  lockWaitMs: 300_000,
  lockTimeoutMs: 3000,
  aloneLockTimeoutMs: 1_800_000,
  attempts: 10,
};
