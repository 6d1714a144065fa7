// What is reconciled: which records, over which time, and how a question is asked of one day of them.
// Invariant: every question is bounded by a day of UTC, so that none plans the chunks of years.
import type { Statement } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { amount } from "../input/decimal-field.ts";
import { choice } from "../input/choice-field.ts";
import { rangeFields, type TimeRange, timeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { refusal } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Decimal } from "@app/database";

/** The comparisons a run can make. */
export const reconciliationChecks = ["orders", "positions", "daily_performance", "snapshots"] as const;

/** One comparison. */
export type ReconciliationCheck = (typeof reconciliationChecks)[number];

/** What is reconciled. */
export interface ReconciliationRequest extends TimeRange {
  /** Only this account. @defaultValue all of them */
  readonly account?: string | undefined;
  /** Only this strategy. @defaultValue all of them, and fills of no strategy */
  readonly strategyId?: string | undefined;
  /** @defaultValue all of them */
  readonly checks?: readonly ReconciliationCheck[] | undefined;
  /**
   * How far an order's average price may lie from that of its fills, as a part of it: venues round theirs.
   * @defaultValue "0.00000001"
   */
  readonly averagePriceTolerance?: string | undefined;
}

/** A request that was checked. */
export interface Selection {
  readonly account: string | null;
  readonly strategyId: string | null;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly checks: readonly ReconciliationCheck[];
  readonly averagePriceTolerance: Decimal;
}

/** A UTC day, or the part of it that is asked for. */
export interface Day {
  readonly date: Temporal.PlainDate;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** False where the range begins or ends within it. */
  readonly isWhole: boolean;
}

const requestFields: FieldNames<ReconciliationRequest> = {
  ...rangeFields,
  account: true,
  strategyId: true,
  checks: true,
  averagePriceTolerance: true,
};

const MOST_DAYS = 3_660;
const HOURS_PER_DAY = 24;

/** @throws {InvalidInputError} naming the field; for a range of more than ten years too */
export function checkSelection(request: ReconciliationRequest): Selection {
  const { from, to } = timeRange(knownOptions("request", request, requestFields), { mostDays: MOST_DAYS });
  const { checks = reconciliationChecks } = request;
  if (!Array.isArray(checks)) throw refusal("checks", checks, "an array of checks");
  return {
    account: optional(request.account, (code) => namedCode("account", code)),
    strategyId: optional(request.strategyId, (id) => timeOrderedId("strategyId", id)),
    from,
    to,
    checks: checks.map((check: unknown, index) => choice(`checks[${index}]`, check, reconciliationChecks)),
    averagePriceTolerance: amount(
      "averagePriceTolerance",
      request.averagePriceTolerance ?? "0.00000001",
      "not-negative",
    ),
  };
}

/** The days of a range, oldest first. */
export function* daysOf({
  from,
  to,
}: {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}): Generator<Day> {
  let date = from.toZonedDateTimeISO("UTC").toPlainDate();
  for (;;) {
    const start = date.toZonedDateTime("UTC").toInstant();
    if (Temporal.Instant.compare(start, to) >= 0) return;
    const end = start.add({ hours: HOURS_PER_DAY });
    const first = Temporal.Instant.compare(start, from) < 0 ? from : start;
    const last = Temporal.Instant.compare(end, to) > 0 ? to : end;
    const isWhole = first.equals(start) && last.equals(end);
    if (Temporal.Instant.compare(first, last) < 0) yield { date, from: first, to: last, isWhole };
    date = date.add({ days: 1 });
  }
}

/** Questions that are asked of a day, each in three variants. */
type DayQuery =
  | "reconciliation.positions_of_day"
  | "reconciliation.steps_of_day"
  | "reconciliation.orders_filled_on_day"
  | "reconciliation.performance_of_day"
  | "reconciliation.orders_of_day";

/** The statement of a question about a day, in the variant that an index answers. */
export function dayStatement(
  name: DayQuery,
  selection: Selection,
  day: Day,
  values: QueryValues = {},
): Statement {
  const { account, strategyId } = selection;
  const bounds = {
    account,
    strategyId,
    from: day.from,
    to: day.to,
    fromDay: day.date,
    cursorId: idBound(day.from),
    // Above every id of the day's last millisecond, which a range may cut.
    toId: idBound(day.to.add({ milliseconds: 1 })),
    ...values,
  };
  if (strategyId !== null) return catalogued(`${name}_of_strategy`, bounds);
  if (account !== null) return catalogued(`${name}_of_account`, bounds);
  return catalogued(name, bounds);
}

/** An id that lies below every UUIDv7 of a moment's millisecond or later, and above every earlier one. */
export function idBound(at: Temporal.Instant): string {
  const time = Math.max(0, at.epochMilliseconds).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
