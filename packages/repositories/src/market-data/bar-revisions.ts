// What bars said before they were changed or deleted, and from when until when they said so. Read only: the database writes
// them by itself. listBars and lastBars with `knownAt` put them together with the bars that stand.
import type { Queryable } from "@app/database";
import { type Moment, moment, type TimeRange, timeRange } from "../input/instant-field.ts";
import { pageLimit } from "../input/number-field.ts";
import type { Page } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Bar } from "./bar-columns.ts";
import { EARLIEST, toInstant } from "./bar-time.ts";
import { pageOf, type PageOptions } from "./series-catalogue.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";

/** One thing a bar said, and when: known in [knownFrom, knownUntil). */
export interface BarRevision extends Bar {
  readonly tradeCount: number | null;
  /** 0 to 100; null where nobody judged. */
  readonly qualityScore: number | null;
  /** Where this revision came from. */
  readonly source: string;
  /** What the source sent, where it was kept. */
  readonly rawPayload: unknown;
  readonly knownFrom: Temporal.Instant;
  /** When another revision took its place or the bar was deleted. */
  readonly knownUntil: Temporal.Instant;
  /** Whether it was deleted rather than replaced. */
  readonly wasDeleted: boolean;
  /** The database role that did it. */
  readonly replacedBy: string;
}

/** Which revisions: those of bars that open in [from, to). */
export interface RevisionRange extends TimeRange, PageOptions {}

const LIST = "market_data_revisions.list";
const POSITION = ["time", "knownUntil"];

/** Revisions by the time of their bar, then by when they ended. */
export async function listRevisions(
  scope: Queryable,
  series: SeriesKey,
  range: RevisionRange,
): Promise<Page<BarRevision>> {
  checkSeries(series);
  const { from, to } = timeRange(range);
  const limit = pageLimit(range.limit);
  const after = decodeKeyCursor(LIST, range.cursor, POSITION);
  const begin = toInstant(EARLIEST);
  const position = (name: string): Moment => (range.cursor === undefined ? begin : (after[name] ?? ""));
  const { rows } = await scope.query<BarRevision>(
    catalogued(LIST, {
      exchange: series.exchange,
      symbol: series.symbol,
      timeframe: series.timeframe,
      from,
      to,
      cursorTime: moment("cursor", position("time")),
      knownAt: moment("cursor", position("knownUntil")),
      limit: limit + 1,
    }),
  );
  return pageOf(rows, limit, (last) =>
    encodeKeyCursor(LIST, { time: last.time.toString(), knownUntil: last.knownUntil.toString() }),
  );
}
