// Excursions: how far the market went against a trip (MAE) and towards it (MFE) while it was open, by the bars inside of it.
// Source: John Sweeney, Maximum Adverse Excursion (Wiley, 1996).
import type { Decimal, Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import type { PositionKey } from "../positions/position-key.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { decimalOf, exact } from "../amounts/exact-decimal.ts";
import type { Excursion, RoundTrip } from "./round-trip.ts";

/** How far the market went while a trip was open; null where no bar lies inside of it, or none were asked for. */
export interface TripExcursions {
  /** Against it (MAE). */
  readonly maximumAdverseExcursion: Excursion | null;
  /** Towards it (MFE). */
  readonly maximumFavorableExcursion: Excursion | null;
}

interface ExcursionRow {
  readonly trip: number;
  readonly adversePrice: Decimal;
  readonly adverseAmount: Decimal;
  readonly favorablePrice: Decimal;
  readonly favorableAmount: Decimal;
}

const MILLISECONDS_PER_SECOND = 1_000;

/**
 * The convention: a bar counts when it opens at the entry or later and its timeframe is over at the exit. Its high and low are
 * held against the average entry price, and the quantity, that were open when it began. What was realised on the way is not
 * part of it. Bars are floats; each is taken as the shortest decimal that is that float.
 * @returns the excursions of each trip, in their order
 */
export async function measureExcursions(
  database: Queryable,
  key: PositionKey,
  trips: readonly RoundTrip[],
  timeframe: Timeframe,
  seconds: number,
): Promise<readonly TripExcursions[]> {
  const [first] = trips;
  const last = trips.at(-1);
  if (first === undefined || last === undefined) return [];
  const { rows } = await database.query<ExcursionRow>(
    catalogued("trades.trip_excursions", {
      ...key,
      timeframe,
      trips: JSON.stringify(
        trips.map((trip, index) => ({
          trip: index,
          opened_at: trip.openedAt.toString(),
          opened_by: trip.openedBy,
          closed_at: trip.closedAt.toString(),
          closed_by: trip.closedBy,
        })),
      ),
      from: first.openedAt,
      to: last.closedAt,
      milliseconds: seconds * MILLISECONDS_PER_SECOND,
    }),
  );
  const byTrip = new Map(rows.map((row) => [row.trip, row]));
  return trips.map((_, index) => {
    const row = byTrip.get(index);
    return {
      maximumAdverseExcursion: row === undefined ? null : excursion(row.adversePrice, row.adverseAmount),
      maximumFavorableExcursion:
        row === undefined ? null : excursion(row.favorablePrice, row.favorableAmount),
    };
  });
}

/** A price that never went that way went nowhere. */
function excursion(price: Decimal, amount: Decimal): Excursion {
  const away = (value: Decimal): Decimal => decimalOf(exact(value.startsWith("-") ? "0" : value));
  return { price: away(price), amount: away(amount) };
}
