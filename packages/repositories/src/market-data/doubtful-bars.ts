// Bars somebody found fault with: those with a quality score below 100. Read only; the score is written with the bar.
import type { Queryable } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { moment, timeRange } from "../input/instant-field.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, type RangeListOptions, rangeListFields, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkInstrument, type InstrumentKey } from "./series-key.ts";

/** A bar that is not as good as the venue's own record. */
export interface DoubtfulBar {
  readonly time: Temporal.Instant;
  readonly timeframe: Timeframe;
  /** 0 (unusable) to below 100. */
  readonly qualityScore: number;
  readonly source: string;
}

const LIST = "market_data.list_doubtful";

/** Doubtful bars of an instrument that open in [from, to), in every timeframe, the newest first. */
export async function listDoubtfulBars(
  scope: Queryable,
  instrument: InstrumentKey,
  options: RangeListOptions,
): Promise<Page<DoubtfulBar>> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const cursor = givenCursor(options, rangeListFields);
  const { from, to } = timeRange(options);
  const list = { name: LIST, of: { exchange, symbol } };
  const after = decodeKeyCursor(list, cursor, ["time", "timeframe"]);
  // No timeframe lies below the shortest, so nothing at `to` itself is before the first page.
  const [cursorTime, timeframe] =
    cursor === undefined
      ? [to, timeframes[0]]
      : [moment("cursor", after["time"]), choice("cursor", after["timeframe"], timeframes)];
  const values = { exchange, symbol, from, to, cursorTime, timeframe };
  return readPage(
    options,
    async (limit) => (await scope.query<DoubtfulBar>(catalogued(LIST, { ...values, limit }))).rows,
    (last) => encodeKeyCursor(list, { time: last.time.toString(), timeframe: last.timeframe }),
  );
}
