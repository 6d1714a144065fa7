// Strategies against each other over whole UTC days, in one currency, from the roll-up alone.
import { pageLimit } from "../input/number-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { currency } from "../input/text-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import type { LeaderboardEntry } from "./performance.ts";
import { calendarDay } from "./performance-options.ts";

/** Which days, both included, in which currency. */
export interface LeaderboardOptions {
  readonly fromDay: Temporal.PlainDate | string;
  readonly toDay: Temporal.PlainDate | string;
  readonly currency: string;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

/** @throws {InvalidInputError} naming the field */
export async function leaderboard(
  scope: Scope,
  options: LeaderboardOptions,
): Promise<readonly LeaderboardEntry[]> {
  const fromDay = calendarDay("fromDay", options.fromDay);
  const toDay = calendarDay("toDay", options.toDay);
  if (Temporal.PlainDate.compare(fromDay, toDay) > 0) {
    throw refusalBecause("toDay", `${toDay.toString()} lies before ${fromDay.toString()}.`);
  }
  const { rows } = await scope.query<LeaderboardEntry>(
    catalogued("strategy_daily_performance.leaderboard", {
      fromDay,
      toDay,
      currency: currency("currency", options.currency),
      limit: pageLimit(options.limit),
    }),
  );
  return rows;
}
