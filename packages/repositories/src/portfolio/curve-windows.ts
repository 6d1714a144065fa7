// Cuts a range into windows of whole buckets, each short enough that one statement reads few chunks.
// Invariant: windows follow each other without a gap, and no bucket lies in two of them.

/** A stretch of time [from, to). */
export interface Window {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** As the catalogue's buckets: counted from a Monday. */
const BUCKET_ORIGIN = Temporal.Instant.from("2001-01-01T00:00:00Z").epochMilliseconds;

const DAY_MILLISECONDS = 86_400_000;

/** The beginning of the bucket a moment lies in, in milliseconds since 1970. */
function bucketStart(milliseconds: number, bucket: number): number {
  return Math.floor((milliseconds - BUCKET_ORIGIN) / bucket) * bucket + BUCKET_ORIGIN;
}

/** How many buckets a range touches. */
export function countBuckets({ from, to }: Window, bucketMilliseconds: number): number {
  if (Temporal.Instant.compare(from, to) >= 0) return 0;
  const first = bucketStart(from.epochMilliseconds, bucketMilliseconds);
  const last = bucketStart(to.subtract({ nanoseconds: 1 }).epochMilliseconds, bucketMilliseconds);
  return (last - first) / bucketMilliseconds + 1;
}

/**
 * The windows of a range, oldest first.
 * @param days of a window at most, unless one bucket is longer. Two weeks: three chunks where snapshots were joined, 336 where
 * not; twice as many, each with its indexes, would come near the 6,400 locks a server has by default.
 */
export function* curveWindows({ from, to }: Window, bucketMilliseconds = 1, days = 14): Generator<Window> {
  const longest = days * DAY_MILLISECONDS;
  const length = Math.max(1, Math.floor(longest / bucketMilliseconds)) * bucketMilliseconds;
  let start = from;
  while (Temporal.Instant.compare(start, to) < 0) {
    const end = Temporal.Instant.fromEpochMilliseconds(
      bucketStart(start.epochMilliseconds, bucketMilliseconds) + length,
    );
    const next = Temporal.Instant.compare(end, to) < 0 ? end : to;
    yield { from: start, to: next };
    start = next;
  }
}
