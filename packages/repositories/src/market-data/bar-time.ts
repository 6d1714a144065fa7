// Times of bars as the typed arrays hold them: microseconds since 1970 in a double, exact until the year 2255.
// Not what a caller gives (../input/instant-field.ts). Invariant: within what both the server and Temporal can write.
import { instantToMicroseconds } from "@app/database";

/** 1600-01-01T00:00:00Z: before every bar there can be. */
export const EARLIEST = -11_676_096_000_000_000;

/** 9000-01-01T00:00:00Z: behind every bar there can be. */
export const LATEST = 221_845_392_000_000_000;

/** Microseconds of a moment; one outside of any bar's time is brought inside. */
export function toMicroseconds(instant: Temporal.Instant): number {
  return Math.min(LATEST, Math.max(EARLIEST, Number(instantToMicroseconds(instant))));
}

/** Microseconds as a parameter: the server reads ISO text, exact to the microsecond. */
export function toInstant(microseconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(microseconds) * 1_000n);
}
