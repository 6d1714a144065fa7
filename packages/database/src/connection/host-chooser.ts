// Which of several hosts to try next, and the round through all of them. Not a login itself: the caller brings that along.
// Invariant: a round tries each host at most once (a standby's second choice twice), and names each host's reason when none will do.
// Source of the order and of what ends it: libpq, PostgreSQL 18 documentation, 32.1.1.3 and target_session_attrs.

import { type DatabaseError, UnavailableError } from "../errors/database-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";

/** Why one host cannot be used. */
export class HostFailure extends Error {
  readonly hostIndex: number;
  readonly reason: DatabaseError;
  /** The server is there, and plays another part than was asked for. */
  readonly isWrongRole: boolean;

  constructor(hostIndex: number, reason: DatabaseError, isWrongRole: boolean) {
    super(reason.message, { cause: reason });
    this.hostIndex = hostIndex;
    this.reason = reason;
    this.isWrongRole = isWrongRole;
  }
}

/** Remembers the host that last worked; shared by all logins of a pool. */
export class HostChooser {
  readonly count: number;
  #current = 0;

  constructor(count: number) {
    this.count = count;
  }

  /** The host to try now. */
  get current(): number {
    return this.#current;
  }

  /** Begins with this host from now on. */
  prefer(hostIndex: number): void {
    this.#current = hostIndex;
  }

  /** Moves on, unless another login already did. */
  avoid(hostIndex: number): void {
    if (this.#current === hostIndex) this.#current = (hostIndex + 1) % this.count;
  }
}

/** One try at the host the chooser names; throws a {@link HostFailure} when it was that host's fault. */
export type TryHost<Connected> = (acceptsAnyRole: boolean) => Promise<Connected>;

/**
 * Tries the hosts until one will do.
 * @throws {UnavailableError} none will; where there are several, the message has the reason of each
 * @throws {DatabaseError} a server was found and refused the login: others are not asked, as they would refuse it too
 */
export async function connectSomewhere<Connected>(
  settings: ConnectionSettings,
  chooser: HostChooser,
  tryHost: TryHost<Connected>,
): Promise<Connected> {
  const failures = new Map<number, HostFailure>();
  // Other logins move the chooser too, so a host may come up twice: the bound is on tries.
  for (let tries = 0; tries < 2 * chooser.count && failures.size < chooser.count; tries += 1) {
    const failure = await failureOf(() => tryHost(false));
    if ("connected" in failure) return failure.connected;
    failures.set(failure.hostIndex, failure);
    chooser.avoid(failure.hostIndex);
  }
  const secondBest = [...failures.values()].find(({ isWrongRole }) => isWrongRole);
  if (settings.targetSessionAttributes === "prefer-standby" && secondBest !== undefined) {
    chooser.prefer(secondBest.hostIndex);
    const failure = await failureOf(() => tryHost(true));
    if ("connected" in failure) return failure.connected;
    failures.set(failure.hostIndex, failure);
  }
  throw explainAll([...failures.values()], settings);
}

async function failureOf<Connected>(
  connect: () => Promise<Connected>,
): Promise<HostFailure | { readonly connected: Connected }> {
  try {
    return { connected: await connect() };
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    if (!(error.reason instanceof UnavailableError)) throw error.reason;
    return error;
  }
}

function explainAll(failures: readonly HostFailure[], settings: ConnectionSettings): DatabaseError {
  const reasons = failures.map(({ reason }) => reason);
  const [only, ...others] = reasons;
  if (only !== undefined && others.length === 0) return only;
  return new UnavailableError(
    `None of the ${settings.hosts.length} hosts in ${settings.label} can be used. ${reasons.map(({ message }) => message).join(" ")}`,
    {
      isRetryable: reasons.some(({ isRetryable }) => isRetryable),
      cause: new AggregateError(reasons, "each host's reason"),
    },
  );
}
