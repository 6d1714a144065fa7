// What a row of an answer holds, column by column, taken from the tables of the schema; and whether two rows say the same, in whatever types
// two libraries say it. Invariant: a value in a type that its kind does not know is a difference, never skipped.
import { isDeepStrictEqual } from "node:util";
import { getTableColumns } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

/**
 * How two values are compared: a moment to the millisecond, which is what most libraries keep of it; text, exact decimals and numbers as they
 * are; a sum of floats to nine digits.
 */
type AnswerKind = "moment" | "day" | "text" | "number" | "sum" | "boolean" | "json";

/** One column. */
export interface AnswerColumn {
  /** In the schema. */
  readonly name: string;
  readonly databaseName: string;
  readonly kind: AnswerKind;
}

const KINDS: Readonly<Record<string, AnswerKind>> = {
  "timestamp with time zone": "moment",
  date: "day",
  jsonb: "json",
  boolean: "boolean",
  integer: "number",
  smallint: "number",
  real: "number",
  "double precision": "number",
};

/** @returns the columns of a table, in its order */
export function columnsOfTable(table: PgTable): readonly AnswerColumn[] {
  return Object.entries(getTableColumns(table)).map(([name, column]) => ({
    name,
    databaseName: column.name,
    kind: KINDS[column.getSQLType()] ?? "text",
  }));
}

/** What is no value of its kind. */
class Unknown {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

function momentOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Temporal.Instant) return asMilliseconds(value);
  return new Unknown(value);
}

const asMilliseconds = (moment: Temporal.Instant): string => new Date(moment.epochMilliseconds).toISOString();

/** pg reads a date as midnight in the zone of this process. */
function dayOf(value: unknown): unknown {
  if (value instanceof Date) {
    return new Temporal.PlainDate(value.getFullYear(), value.getMonth() + 1, value.getDate()).toString();
  }
  if (value instanceof Temporal.PlainDate || typeof value === "string") return value.toString();
  return new Unknown(value);
}

function read(row: object, { name, databaseName, kind }: AnswerColumn): unknown {
  const entries = new Map<string, unknown>(Object.entries(row));
  const value = entries.has(name) ? entries.get(name) : entries.get(databaseName);
  if (value === null) return null;
  switch (kind) {
    case "moment":
      return momentOf(value);
    case "day":
      return dayOf(value);
    case "text":
      return typeof value === "string" ? value : new Unknown(value);
    case "number":
    case "sum":
      return typeof value === "number" ? value : new Unknown(value);
    case "boolean":
      return typeof value === "boolean" ? value : new Unknown(value);
    case "json":
      return value;
  }
}

/** Float addition in another order; far from what a wrong row would make of it. */
const SUM_TOLERANCE = 1e-9;

function areSame(one: unknown, other: unknown, kind: AnswerKind): boolean {
  if (one instanceof Unknown || other instanceof Unknown) return false;
  if (kind === "sum" && typeof one === "number" && typeof other === "number") {
    return Math.abs(one - other) <= SUM_TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
  }
  return isDeepStrictEqual(one, other);
}

function show(value: unknown): string {
  if (value instanceof Unknown) return `${String(value.value)} (${typeof value.value})`;
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

/** @returns where an answer first differs from what is expected, in words; undefined where it is the same */
export function findDifference(
  columns: readonly AnswerColumn[],
  expected: readonly object[],
  found: readonly object[],
): string | undefined {
  if (found.length !== expected.length) return `${found.length} rows instead of ${expected.length}`;
  for (const [place, row] of found.entries()) {
    const other = expected[place] ?? {};
    for (const column of columns) {
      const [said, wanted] = [read(row, column), read(other, column)];
      if (areSame(said, wanted, column.kind)) continue;
      return `row ${place + 1}: ${column.name} is ${show(said)} instead of ${show(wanted)}`;
    }
  }
  return undefined;
}
