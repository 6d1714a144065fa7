// How long to wait before something is tried again. Invariant: bounded, and random, so that two losers do not meet again.

/** After losing against a concurrent transaction, which is over in milliseconds. */
const contention = { first: 10, longest: 1000 };

/** While the server is away: a restart takes a second, a failover several. */
const outage = { first: 100, longest: 5000 };

/**
 * A random delay whose bound doubles with each attempt ("full jitter"): 10 ms to 1 s, in an outage 100 ms to 5 s.
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 * @param failedAttempts how often it was tried, from 1
 * @param isOutage whether the server was away, instead of a concurrent transaction in the way
 * @param random a number from 0 to 1, the share of the bound; above 0 where there has to be a pause
 * @returns milliseconds, not rounded
 */
export function retryDelayMilliseconds(failedAttempts: number, isOutage: boolean, random: number): number {
  const { first, longest } = isOutage ? outage : contention;
  const bound = Math.min(longest, first * 2 ** (failedAttempts - 1));
  return random * bound;
}
