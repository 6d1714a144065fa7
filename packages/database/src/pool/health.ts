// What `health()` tells. Types only; the looking is read-health.ts.

import type { PoolStatus } from "./database.ts";

/** How a look at the database's health runs. */
export interface HealthOptions {
  /** Milliseconds the look may take. @defaultValue 2000 */
  readonly timeoutMilliseconds?: number | undefined;
}

/** A replica as it is now. */
export interface ReplicaHealth {
  /** Host and port; several with commas between. */
  readonly server: string;
  /** False while it is left out: it cannot be reached, or lies too far behind. */
  readonly isUsable: boolean;
  /** Why it is not usable, as one sentence. */
  readonly problem: string | undefined;
  /** How far it lies behind; undefined when that cannot be known. */
  readonly lagMilliseconds: number | undefined;
  readonly pool: PoolStatus;
}

/** The database as it is now; a field the server did not answer for is undefined. */
export interface DatabaseHealth {
  /** True when it answers in time, is new enough, and takes writes if writes were asked for. A replica's trouble leaves it true. */
  readonly isHealthy: boolean;
  /** Everything that is wrong or threatens to go wrong, as sentences that say what to do; safe to log. */
  readonly problems: readonly string[];
  /** Until the answer came, the wait for a connection included. */
  readonly latencyMilliseconds: number;
  /** Host and port it is answered from. */
  readonly server: string;
  /** As the server writes it: `18.4`. */
  readonly serverVersion: string | undefined;
  /** True on a standby. */
  readonly isInRecovery: boolean | undefined;
  /** True when an ordinary transaction could not write: a standby, or read only by a setting. */
  readonly isReadOnly: boolean | undefined;
  /** Undefined without the extension too. */
  readonly timescaledb: { readonly version: string; readonly license: string } | undefined;
  readonly maxLocksPerTransaction: number | undefined;
  readonly pool: PoolStatus;
  readonly replicas: readonly ReplicaHealth[];
}
