// Daily performance of strategies against the fills of the day: every sum, made anew in SQL. Whole UTC days only.
import type { Decimal, Queryable } from "@app/database";
import { type Difference, difference } from "./difference.ts";
import { type Day, dayStatement, type Selection } from "./selection.ts";

interface SumRow {
  readonly strategyId: string;
  readonly account: string;
  readonly currency: string;
  readonly field: string;
  readonly expected: Decimal;
  readonly actual: Decimal;
}

/** Differences of the sums of one day; a row that is not there counts as zeros. */
export async function* dailyDifferences(
  scope: Queryable,
  selection: Selection,
  day: Day,
): AsyncGenerator<Difference> {
  const { rows } = await scope.query<SumRow>(
    dayStatement("reconciliation.performance_of_day", selection, day),
  );
  for (const row of rows)
    yield difference("daily_performance", "fills", "differs", { ...row, day: day.date });
}
