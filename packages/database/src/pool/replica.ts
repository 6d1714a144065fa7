// One read replica: its connections, whether it may be used now, how far it lies behind. Not the choice among several (replica-set.ts).
// Invariant: a replica that failed is left out for a bounded time, and then tried by one caller at a time.

import { UnavailableError } from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { ReplicaHealth } from "./health.ts";
import { readReplicaLag } from "./replica-lag.ts";

const firstAbsenceMilliseconds = 1000;
const longestAbsenceMilliseconds = 30_000;
const lagValidMilliseconds = 1000;

/** A replica's distance to its primary, when it was looked at. */
interface LagReading {
  readonly readAt: number;
  readonly milliseconds: Promise<number | undefined>;
}

/** One replica. */
export class Replica {
  readonly pool: ConnectionPool;
  readonly #maxLagMilliseconds: number | undefined;
  #failures = 0;
  #leftOutUntil = 0;
  #lag: LagReading | undefined;
  #isLooking = false;

  constructor(pool: ConnectionPool, maxLagMilliseconds: number | undefined) {
    this.pool = pool;
    this.#maxLagMilliseconds = maxLagMilliseconds;
  }

  /** Whether it may be tried now. After a failure yes once, for one caller, when its time is over. */
  claim(): boolean {
    if (performance.now() < this.#leftOutUntil) return false;
    if (this.#failures > 0) this.#leaveOut();
    return true;
  }

  /** It served, so it is in again. */
  noteSuccess(): void {
    this.#failures = 0;
    this.#leftOutUntil = 0;
  }

  /** It failed: left out for 1 s, doubling with each further failure up to 30 s. */
  noteFailure(): void {
    this.#failures += 1;
    this.#leaveOut();
  }

  /** @throws {UnavailableError} it lies further behind than it may, or nobody knows how far */
  async requireFresh(): Promise<void> {
    if (this.#maxLagMilliseconds === undefined) return;
    const problem = this.#lagProblem(await this.#readLag());
    if (problem !== undefined) throw new UnavailableError(problem, { isRetryable: true });
  }

  /** Never throws. @param late resolves when there is no more time */
  async health(late: Promise<void>): Promise<ReplicaHealth> {
    const server = this.pool.settings.address;
    type Look = { readonly lag?: number | undefined; readonly problem?: string | undefined };
    const looking: Promise<Look> = this.#readLag().then(
      (lag) => ({ lag, problem: this.#maxLagMilliseconds === undefined ? undefined : this.#lagProblem(lag) }),
      (error: unknown) => ({ problem: toDatabaseError(error).message }),
    );
    const tooLate = late.then((): Look => ({ problem: `The replica at ${server} did not answer in time.` }));
    const { lag, problem } = await Promise.race([looking, tooLate]);
    return {
      server,
      isUsable: problem === undefined && performance.now() >= this.#leftOutUntil,
      problem,
      lagMilliseconds: lag,
      pool: this.pool.status,
    };
  }

  #leaveOut(): void {
    const absence = firstAbsenceMilliseconds * 2 ** (this.#failures - 1);
    this.#leftOutUntil = performance.now() + Math.min(absence, longestAbsenceMilliseconds);
  }

  #lagProblem(lag: number | undefined): string | undefined {
    const { address } = this.pool.settings;
    if (lag === undefined) return `How far the replica at ${address} lies behind cannot be known.`;
    if (lag <= (this.#maxLagMilliseconds ?? Infinity)) return undefined;
    return `The replica at ${address} lies ${Math.round(lag)} ms behind, more than the ${this.#maxLagMilliseconds} ms it may.`;
  }

  /** At most one look a second, and never two at once: one at a server that went silent holds a connection until its deadline. */
  async #readLag(): Promise<number | undefined> {
    const now = performance.now();
    if (this.#lag === undefined || (!this.#isLooking && now - this.#lag.readAt > lagValidMilliseconds)) {
      this.#isLooking = true;
      const milliseconds = this.#askLag().finally(() => {
        this.#isLooking = false;
      });
      this.#lag = { readAt: now, milliseconds };
    }
    return this.#lag.milliseconds;
  }

  async #askLag(): Promise<number | undefined> {
    const lease = await this.pool.lease();
    let outcome: unknown;
    try {
      return await readReplicaLag(lease.session);
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      this.pool.release(lease, outcome);
    }
  }
}
