// Strategies against each other over whole UTC days, in one currency, from the roll-up alone.
import type { Queryable } from "@app/database";
import { type DayRange, dayRange } from "../input/day-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { pageLimit } from "../input/number-field.ts";
import { currency } from "../input/text-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { LeaderboardEntry } from "./performance.ts";

/** Which days, in which currency, and how many strategies. */
export interface LeaderboardOptions extends DayRange {
  readonly currency: string;
  /** The first so many, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

const optionFields: FieldNames<LeaderboardOptions> = {
  firstDay: true,
  lastDay: true,
  currency: true,
  limit: true,
};

/** @throws {InvalidInputError} naming the field */
export async function leaderboard(
  scope: Queryable,
  options: LeaderboardOptions,
): Promise<readonly LeaderboardEntry[]> {
  const { firstDay: fromDay, lastDay: toDay } = dayRange(knownOptions("options", options, optionFields));
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
