// The present as a row's time may be: timestamptz holds microseconds, Temporal.Now gives nanoseconds.

/** The present, cut to the microsecond. */
export function now(): Temporal.Instant {
  return Temporal.Now.instant().round({ smallestUnit: "microsecond", roundingMode: "floor" });
}
