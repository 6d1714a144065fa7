// Tells an empty answer from a mistyped name: bars that are not there of a series that is, and a series that is not there.
// Looks only where nothing was found, so a reading that finds something costs nothing more. Invariant: what was deleted and is
// asked for as it was known is no mistake.
import { NotFoundError, type Queryable } from "@app/database";
import { getSeries, listSeriesOfInstrument } from "./series-catalogue.ts";
import type { InstrumentKey, SeriesKey } from "./series-key.ts";

/** What of a reading decides whether nothing may be the answer. */
interface KnownAt {
  readonly knownAt?: unknown;
}

/** @throws {NotFoundError} naming `symbol`, where nothing was found and there is no such series */
export async function requireSeries(
  scope: Queryable,
  series: SeriesKey,
  found: number,
  { knownAt }: KnownAt = {},
): Promise<void> {
  if (found === 0 && knownAt === undefined) await getSeries(scope, series);
}

/** @throws {NotFoundError} naming `symbol`, where nothing was found and the instrument has no bars of any timeframe */
export async function requireInstrument(
  scope: Queryable,
  instrument: InstrumentKey,
  found: number,
  { knownAt }: KnownAt,
): Promise<void> {
  if (found > 0 || knownAt !== undefined) return;
  const { exchange, symbol } = instrument;
  if ((await listSeriesOfInstrument(scope, { exchange, symbol })).length > 0) return;
  throw new NotFoundError(`There are no bars of ${symbol} on ${exchange}.`, { field: "symbol" });
}
