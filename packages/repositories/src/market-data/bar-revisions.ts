// What bars said before they were changed or deleted, and from when until when they said so. Read only: the database writes
// them by itself. listBars and lastBars with `knownAt` put them together with the bars that stand.
import type { Queryable } from "@app/database";
import { moment, timeRange } from "../input/instant-field.ts";
import { BEGINNING } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, type RangeListOptions, rangeListFields, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Bar } from "./bar-columns.ts";
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

const LIST = "market_data_revisions.list";
const POSITION = ["time", "knownUntil"];

/** Revisions of bars that open in [from, to), by the time of their bar, then by when they ended. */
export async function listRevisions(
  scope: Queryable,
  series: SeriesKey,
  options: RangeListOptions,
): Promise<Page<BarRevision>> {
  checkSeries(series);
  const { exchange, symbol, timeframe } = series;
  const cursor = givenCursor(options, rangeListFields);
  const { from, to } = timeRange(options);
  const list = { name: LIST, of: { exchange, symbol, timeframe } };
  const after = decodeKeyCursor(list, cursor, POSITION);
  const position = (name: string): Temporal.Instant =>
    cursor === undefined ? BEGINNING.time : moment("cursor", after[name]);
  const values = {
    exchange,
    symbol,
    timeframe,
    from,
    to,
    cursorTime: position("time"),
    knownAt: position("knownUntil"),
  };
  return readPage(
    options,
    async (limit) => (await scope.query<BarRevision>(catalogued(LIST, { ...values, limit }))).rows,
    (last) => encodeKeyCursor(list, { time: last.time.toString(), knownUntil: last.knownUntil.toString() }),
  );
}
