// Reads a list oldest first without planning the chunks of years: in windows that widen step by step towards its end. The other
// way round of paging/widening-window.ts.
import type { Position } from "../paging/cursor.ts";

/** Lengths of the windows in days, counted from where reading begins; what lies behind all of them is read in one last window. */
const WINDOW_DAYS = [1, 30, 90, 365, 1_100, 2_600] as const;

const HOURS_PER_DAY = 24;

/** Below every id there can be. */
export const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Reads up to `limit` rows behind a position and before `to`, oldest first. */
export type ReadForward<Row> = (
  after: Position,
  to: Temporal.Instant,
  limit: number,
) => Promise<readonly Row[]>;

/** What is read. */
export interface ForwardOptions {
  /** Rows behind this position. */
  readonly after: Position;
  /** Nothing at this moment or later. */
  readonly until: Temporal.Instant;
  readonly limit: number;
}

/** Reads rows oldest first, window by window, until there are `limit` of them or `until` is reached. */
export async function readOldestFirst<Row>(
  read: ReadForward<Row>,
  { after, until, limit }: ForwardOptions,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let position = after;
  for (const days of [...WINDOW_DAYS, Number.POSITIVE_INFINITY]) {
    const reach = Number.isFinite(days) ? after.time.add({ hours: days * HOURS_PER_DAY }) : until;
    const to = Temporal.Instant.compare(reach, until) < 0 ? reach : until;
    rows.push(...(await read(position, to, limit - rows.length)));
    if (rows.length >= limit || Temporal.Instant.compare(to, until) >= 0) return rows;
    // Every id lies above the lowest, so rows at this very moment are still ahead.
    position = { time: to, id: LOWEST_ID };
  }
  return rows;
}
