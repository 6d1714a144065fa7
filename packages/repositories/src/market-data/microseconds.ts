// An instant in the unit of the bars' time column. Not for what the server is sent: that must lose nothing.

/** @returns microseconds since 1970; what is finer is cut off towards the past, before 1970 too. */
export function microseconds(instant: Temporal.Instant): number {
  const nanoseconds = instant.epochNanoseconds;
  // BigInt division cuts off towards zero, which before 1970 is the future.
  const remainder = nanoseconds % 1_000n;
  return Number((nanoseconds - (remainder < 0n ? remainder + 1_000n : remainder)) / 1_000n);
}
