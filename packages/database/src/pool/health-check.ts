// One look at the database and its replicas, with a deadline. Not the questions themselves (read-health.ts).
// Invariant: it never throws, ends in time, and no two looks of one database run at once.

import { setTimeout as sleep } from "node:timers/promises";

import { parseServerVersion, requireSupportedServer } from "../connection/server-version.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { DatabaseHealth, HealthOptions, ReplicaHealth } from "./health.ts";
import { readHealth, type ServerHealth } from "./read-health.ts";
import type { ReplicaSet } from "./replica-set.ts";

const defaultTimeoutMilliseconds = 2000;

/** What one server answered, or why it did not. */
interface Answer {
  readonly server: string;
  readonly health: ServerHealth | undefined;
  readonly problem: string | undefined;
}

/** Looks after the health of one database. */
export class HealthCheck {
  readonly #primary: ConnectionPool;
  readonly #replicas: ReplicaSet;
  #underWay: Promise<Answer> | undefined;

  constructor(primary: ConnectionPool, replicas: ReplicaSet) {
    this.#primary = primary;
    this.#replicas = replicas;
  }

  async look({ timeoutMilliseconds = defaultTimeoutMilliseconds }: HealthOptions): Promise<DatabaseHealth> {
    const start = performance.now();
    // One at a time: looks at a server that went silent would otherwise take the pool's connections one by one.
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined;
    });
    const deadline = new AbortController();
    const late = sleep(timeoutMilliseconds, undefined, { signal: deadline.signal }).catch(() => undefined);
    const answering = Promise.race([this.#underWay, late]).then((answer) => ({
      answer: answer ?? this.#noAnswer(timeoutMilliseconds),
      latencyMilliseconds: performance.now() - start,
    }));
    const [{ answer, latencyMilliseconds }, replicas] = await Promise.all([
      answering,
      this.#replicas.health(late),
    ]);
    deadline.abort();
    return this.#judge(answer, replicas, latencyMilliseconds);
  }

  async #ask(): Promise<Answer> {
    try {
      const lease = await this.#primary.lease();
      let outcome: unknown;
      try {
        return { server: lease.server, health: await readHealth(lease.session), problem: undefined };
      } catch (error) {
        outcome = error;
        throw error;
      } finally {
        this.#primary.release(lease, outcome);
      }
    } catch (error) {
      const { message } = toDatabaseError(error);
      return { server: this.#primary.settings.address, health: undefined, problem: message };
    }
  }

  #noAnswer(timeoutMilliseconds: number): Answer {
    const { open, size, idle, waiting } = this.#primary.status;
    const { address } = this.#primary.settings;
    return {
      server: address,
      health: undefined,
      problem:
        `The server at ${address} did not answer within ${timeoutMilliseconds / 1000} s; ` +
        `${open - idle} of ${size} connections of the pool are in use, and ${waiting} callers wait for one.`,
    };
  }

  #judge(
    { server, health, problem }: Answer,
    replicas: readonly ReplicaHealth[],
    latencyMilliseconds: number,
  ): DatabaseHealth {
    const grave = [problem, tooOld(health), this.#readOnlyProblem(health, server)];
    const problems = [...grave, health?.lockProblem, ...replicas.map((replica) => replica.problem)];
    const isGiven = (sentence: string | undefined): sentence is string => sentence !== undefined;
    return {
      isHealthy: health !== undefined && !grave.some(isGiven),
      problems: problems.filter(isGiven),
      latencyMilliseconds,
      server,
      serverVersion: health?.serverVersion,
      isInRecovery: health?.isInRecovery,
      isReadOnly: health?.isReadOnly,
      timescaledb: health?.timescaledb,
      maxLocksPerTransaction: health?.maxLocksPerTransaction,
      pool: this.#primary.status,
      replicas,
    };
  }

  #readOnlyProblem(health: ServerHealth | undefined, server: string): string | undefined {
    const target = this.#primary.settings.targetSessionAttributes;
    const wantsToWrite = target === "any" || target === "read-write" || target === "primary";
    if (health?.isReadOnly !== true || !wantsToWrite) return undefined;
    return health.isInRecovery === true
      ? `The server at ${server} is a standby and takes no writes. Connect to the primary, or name both hosts with target_session_attrs=read-write.`
      : `The server at ${server} has default_transaction_read_only on, so nothing can be written. Switch it off, or connect elsewhere.`;
  }
}

function tooOld(health: ServerHealth | undefined): string | undefined {
  if (health?.serverVersion === undefined) return undefined;
  try {
    requireSupportedServer(parseServerVersion(health.serverVersion));
    return undefined;
  } catch (error) {
    return toDatabaseError(error).message;
  }
}
