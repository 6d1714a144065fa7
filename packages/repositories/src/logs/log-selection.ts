// Which log records are asked for, and which catalogued query answers: the one with the index that leaves least to read.
import type { QueryName } from "@app/schema/queries";
import { type LogLevel, logLevels } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { type Moment, openTimeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { type PageOptions, rangeListFields } from "../paging/page.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";
import { checkComponent, checkCorrelationId } from "./checked-log-record.ts";

/** Which records count; all that is given must hold. */
export interface LogFilter {
  /** The least severe level that counts. */
  readonly minimumLevel?: LogLevel | undefined;
  readonly component?: string | undefined;
  readonly strategyId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** A filter in a stretch of time, of `loggedAt`. */
export interface LogRange extends LogFilter {
  /** First moment that counts. @defaultValue 24 hours before `to`: what a server with columns keeps in rows and their indexes */
  readonly from?: Moment | undefined;
  /** First moment that no longer counts. @defaultValue no end */
  readonly to?: Moment | undefined;
}

/** One page of a list, newest first. */
export interface LogListOptions extends LogRange, PageOptions {}

/** The names of what a filter has. */
export const logFilterFields: FieldNames<LogFilter> = {
  minimumLevel: true,
  component: true,
  strategyId: true,
  correlationId: true,
};

/** The names of the options of a list. */
export const logListFields: FieldNames<LogListOptions> = { ...logFilterFields, ...rangeListFields };

/** A filter that was checked; what is null does not narrow. */
export interface CheckedFilter {
  readonly minimumLevel: LogLevel | null;
  readonly component: string | null;
  readonly strategyId: string | null;
  readonly correlationId: string | null;
}

/** @throws {InvalidInputError} naming the field */
export function checkFilter<Filter extends LogFilter>(
  given: Filter,
  fields: FieldNames<Filter>,
): CheckedFilter {
  const filter: LogFilter = knownOptions("options", given, fields);
  return {
    minimumLevel: optional(filter.minimumLevel, (value) => choice("minimumLevel", value, logLevels)),
    component: optional(filter.component, (value) => checkComponent("component", value)),
    strategyId: optional(filter.strategyId, (value) => timeOrderedId("strategyId", value)),
    correlationId: optional(filter.correlationId, (value) => checkCorrelationId("correlationId", value)),
  };
}

const DEFAULT_HOURS = 24;

/** @throws {InvalidInputError} naming the field; also where the range ends before it begins */
export function checkRange(
  range: LogRange,
  now: Temporal.Instant,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant | undefined } {
  const { from, to } = openTimeRange(range);
  return { from: from ?? (to ?? now).subtract({ hours: DEFAULT_HOURS }), to };
}

/** A query and the values of its filters. */
export interface Selection {
  readonly query: QueryName;
  readonly values: QueryValues;
}

const PROBLEM_LEVELS: ReadonlySet<LogLevel | null> = new Set(["warn", "error", "fatal"]);

/** The filters a query narrows by beside its own index. */
export function narrowing({
  minimumLevel,
  component,
  strategyId,
  correlationId,
}: CheckedFilter): QueryValues {
  return {
    minimumLevel,
    onlyComponent: component,
    onlyStrategyId: strategyId,
    onlyCorrelationId: correlationId,
  };
}

/** The query that answers a filter. */
export function selectionOf(filter: CheckedFilter): Selection {
  const values = {
    ...narrowing(filter),
    component: filter.component,
    strategyId: filter.strategyId,
    correlationId: filter.correlationId,
  };
  if (filter.correlationId !== null) return { query: "system_logs.list_by_correlation_id", values };
  if (PROBLEM_LEVELS.has(filter.minimumLevel)) return { query: "system_logs.list_problems", values };
  if (filter.strategyId !== null) return { query: "system_logs.list_by_strategy", values };
  if (filter.component !== null) return { query: "system_logs.list_by_component", values };
  return { query: "system_logs.list_recent", values };
}
