// The columns of system_logs as a write has them: one array per column.
import type { LogRow } from "./log-record.ts";

interface LogColumn {
  readonly name: string;
  readonly property: keyof LogRow;
  /** SQL type of a value in an array. */
  readonly type: string;
}

const columns: readonly LogColumn[] = [
  { name: "id", property: "id", type: "uuid" },
  { name: "logged_at", property: "loggedAt", type: "timestamptz" },
  { name: "level", property: "level", type: "log_level" },
  { name: "component", property: "component", type: "text" },
  { name: "message", property: "message", type: "text" },
  { name: "strategy_id", property: "strategyId", type: "uuid" },
  { name: "correlation_id", property: "correlationId", type: "text" },
  { name: "duration_milliseconds", property: "durationMilliseconds", type: "float8" },
  { name: "error_name", property: "errorName", type: "text" },
  { name: "error_stack", property: "errorStack", type: "text" },
  { name: "context", property: "context", type: "jsonb" },
  { name: "host", property: "host", type: "text" },
  { name: "process_id", property: "processId", type: "text" },
];

/** Names of the columns a write fills, in the order of {@link rowArrays}. */
export const logColumnNames: readonly string[] = columns.map(({ name }) => name);

/** `unnest($1::uuid[], …) as alias(id, …)` */
export function unnestedRows(alias: string): string {
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  return `unnest(${arrays.join(", ")}) as ${alias}(${logColumnNames.join(", ")})`;
}

/** The arrays of {@link unnestedRows}, one per column. */
export function rowArrays(rows: readonly LogRow[]): readonly unknown[] {
  return columns.map(({ property }) => rows.map((row) => row[property]));
}
