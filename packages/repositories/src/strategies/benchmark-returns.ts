// Returns of a benchmark over the periods of a strategy: its last level up to the end of each period. A benchmark that is not there
// is refused, since all of its figures would be null.
import { NotFoundError, type Queryable } from "@app/database";
import { findSeries } from "../market-data/series-catalogue.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type CheckedBenchmark, dayOf } from "./performance-options.ts";

interface Level {
  readonly day: Temporal.PlainDate;
  readonly level: number;
}

/** Days before the range in which a level is still looked for: longer than any market closes. */
const DAYS_BEFORE = 31;

/**
 * @param lastDays the last day of each period, the day before the first one in front
 * @returns one return for each period, null where no level is known at its beginning
 * @throws {NotFoundError} naming `benchmark.symbol`, where it has no daily bars at all
 */
export async function benchmarkReturns(
  scope: Queryable,
  benchmark: CheckedBenchmark,
  lastDays: readonly Temporal.PlainDate[],
): Promise<readonly (number | null)[]> {
  const levels = "levels" in benchmark ? benchmark.levels : await storedLevels(scope, benchmark, lastDays);
  const atEnds = levelsAt(levels, lastDays);
  return lastDays.slice(1).map((_, place) => {
    const start = atEnds[place];
    const end = atEnds[place + 1];
    return start === undefined || start === null || end === undefined || end === null
      ? null
      : end / start - 1;
  });
}

async function storedLevels(
  scope: Queryable,
  { exchange, symbol }: { readonly exchange: string; readonly symbol: string },
  lastDays: readonly Temporal.PlainDate[],
): Promise<readonly Level[]> {
  const first = lastDays[0];
  const last = lastDays.at(-1);
  if (first === undefined || last === undefined) return [];
  const { rows } = await scope.query<{ readonly time: Temporal.Instant; readonly close: number }>(
    catalogued("strategies.daily_closes", {
      exchange,
      symbol,
      from: first.subtract({ days: DAYS_BEFORE }).toZonedDateTime("UTC").toInstant(),
      to: last.add({ days: 1 }).toZonedDateTime("UTC").toInstant(),
    }),
  );
  if (rows.length === 0 && (await findSeries(scope, { exchange, symbol, timeframe: "1d" })) === undefined) {
    throw new NotFoundError(`benchmark.symbol: there are no daily bars of ${symbol} on ${exchange}.`, {
      field: "benchmark.symbol",
    });
  }
  // A daily bar opens with its day, so its close is the day's last price.
  return rows.map(({ time, close }) => ({ day: dayOf(time), level: close }));
}

function levelsAt(levels: readonly Level[], days: readonly Temporal.PlainDate[]): readonly (number | null)[] {
  let next = 0;
  let current: number | null = null;
  return days.map((day) => {
    for (let level = levels[next]; level !== undefined; level = levels[next]) {
      if (Temporal.PlainDate.compare(level.day, day) > 0) break;
      current = level.level;
      next += 1;
    }
    return current;
  });
}
