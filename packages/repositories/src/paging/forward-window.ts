// Reads a list oldest first without planning the chunks of years: window by window towards its end, each as long as the fills
// before it were sparse. Planning costs as much per chunk as reading a hundred rows, so a window too long costs more than two.
// The other way round of paging/widening-window.ts.
import { LOWEST_ID, type Place } from "./cursor.ts";

const HOUR_MILLISECONDS = 3_600_000;
const SHORTEST_HOURS = 24;
const LONGEST_HOURS = 10_000 * 24;

/** How much longer the next window is where one was nearly empty. */
const GROWTH = 4;

/** Reads up to `limit` rows behind a position and before `to`, oldest first. */
export type ReadForward<Row> = (after: Place, to: Temporal.Instant, limit: number) => Promise<readonly Row[]>;

/** A row with its place in the list. */
export interface PlacedRow {
  readonly executedAt: Temporal.Instant;
  readonly id: string;
}

/** What is read. */
export interface ForwardOptions {
  /** Rows behind this position. */
  readonly after: Place;
  /** Nothing at this moment or later. */
  readonly to: Temporal.Instant;
  /** Rows of one read. */
  readonly limit: number;
}

/** Reads rows oldest first until `to` is reached, or whoever asks has enough. */
export async function* readOldestFirst<Row extends PlacedRow>(
  read: ReadForward<Row>,
  { after, to: end, limit }: ForwardOptions,
): AsyncGenerator<Row, void, undefined> {
  let position = after;
  let hours = SHORTEST_HOURS;
  while (Temporal.Instant.compare(position.time, end) < 0) {
    const reach = position.time.add({ hours });
    const to = Temporal.Instant.compare(reach, end) < 0 ? reach : end;
    const rows = await read(position, to, limit);
    yield* rows;
    const last = rows.at(-1);
    if (rows.length >= limit && last !== undefined) {
      hours = Math.min(hours, hoursBetween(position.time, last.executedAt) + SHORTEST_HOURS);
      position = { time: last.executedAt, id: last.id };
    } else {
      if (rows.length * GROWTH < limit) hours = Math.min(hours * GROWTH, LONGEST_HOURS);
      // Every id lies above the lowest, so rows at this very moment are still ahead.
      position = { time: to, id: LOWEST_ID };
    }
  }
}

/** The first `limit` rows, as {@link readOldestFirst} gives them. */
export async function firstRows<Row extends PlacedRow>(
  read: ReadForward<Row>,
  options: ForwardOptions,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of readOldestFirst(read, options)) {
    rows.push(row);
    if (rows.length === options.limit) break;
  }
  return rows;
}

function hoursBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return Math.ceil((to.epochMilliseconds - from.epochMilliseconds) / HOUR_MILLISECONDS);
}
