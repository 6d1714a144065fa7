// Runs of winning and of losing fills. They follow from the order of single fills, which no sum per day holds: so every fill of
// the range is read, one character each, window by window.
// Invariant: no statement plans more than the chunks of a month, however long the range.
import type { Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type TimeRange, timeRange } from "../input/instant-field.ts";
import { currency, namedCode } from "../input/text-field.ts";
import { NO_STREAKS, type Streaks, streaksOf } from "../performance/streaks.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { findStrategy, requiredStrategy } from "./find-strategy.ts";

/** Length of a window in hours: 30 days. */
const WINDOW_HOURS = 30 * 24;

/** Over which fills runs are counted. */
export interface FillStreakOptions extends TimeRange {
  /** Only fills settled in this currency. */
  readonly currency: string;
  /** Only fills of this account. @defaultValue all accounts */
  readonly account?: string | undefined;
}

/** @throws {NotFoundError} no such strategy */
export async function fillStreaks(
  scope: Queryable,
  strategyId: string,
  options: FillStreakOptions,
): Promise<Streaks> {
  const of = timeOrderedId("strategyId", strategyId);
  const { from, to } = timeRange(options);
  const selection = {
    strategyId: of,
    currency: currency("currency", options.currency),
    onlyAccount: options.account === undefined ? null : namedCode("account", options.account),
  };
  const extent = await scope.query<{
    readonly first: Temporal.Instant | null;
    readonly last: Temporal.Instant | null;
  }>(catalogued("positions.extent_by_strategy", { strategyId: of }));
  const { first = null, last = null } = extent.rows[0] ?? {};
  if (first === null || last === null) {
    requiredStrategy(await findStrategy(scope, of), strategyId);
    return NO_STREAKS;
  }
  let streaks = NO_STREAKS;
  let start = Temporal.Instant.compare(from, first) > 0 ? from : first;
  while (Temporal.Instant.compare(start, to) < 0 && Temporal.Instant.compare(start, last) <= 0) {
    const end = start.add({ hours: WINDOW_HOURS });
    const { rows } = await scope.query<{ readonly outcomes: string }>(
      catalogued("strategies.fill_outcomes", {
        ...selection,
        from: start,
        to: Temporal.Instant.compare(end, to) < 0 ? end : to,
      }),
    );
    streaks = streaksOf(signsOf(rows[0]?.outcomes ?? ""), streaks);
    start = end;
  }
  return streaks;
}

function* signsOf(outcomes: string): Generator<number, void, undefined> {
  for (const outcome of outcomes) yield outcome === "+" ? 1 : -1;
}
