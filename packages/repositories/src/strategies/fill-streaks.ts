// Runs of winning and of losing fills. They follow from the order of single fills, which no sum per day holds: so the fills of
// the range are read, in the database, and three numbers come back.
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type TimeRange, timeRange } from "../input/instant-field.ts";
import { currency, namedCode } from "../input/text-field.ts";
import type { Streaks } from "../performance/streaks.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { findStrategy, requiredStrategy } from "./find-strategy.ts";

/** @throws {NotFoundError} no such strategy */
export async function fillStreaks(
  scope: Scope,
  strategyId: string,
  range: TimeRange & { readonly currency: string; readonly account?: string | undefined },
): Promise<Streaks> {
  const of = timeOrderedId("strategyId", strategyId);
  const { rows } = await scope.query<Streaks>(
    catalogued("strategies.fill_streaks", {
      strategyId: of,
      ...timeRange(range),
      currency: currency("currency", range.currency),
      onlyAccount: range.account === undefined ? null : namedCode("account", range.account),
    }),
  );
  const found = requiredStrategy(rows[0], strategyId);
  // Without a fill, a strategy that is not there is told from one that did nothing.
  if (found.current === 0) requiredStrategy(await findStrategy(scope, of), strategyId);
  return found;
}
