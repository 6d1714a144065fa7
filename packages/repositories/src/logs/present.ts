// The present, cut to the microsecond that timestamptz holds.

/** @returns the present, to the microsecond */
export function presentMicrosecond(): Temporal.Instant {
  return Temporal.Now.instant().round({ smallestUnit: "microsecond", roundingMode: "floor" });
}
