// Money, prices and quantities: numeric without a declared scale, because numeric(p, s) rounds what does not
// fit, silently. The check beside each such column refuses instead. In TypeScript a decimal string.
import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, check, numeric } from "drizzle-orm/pg-core";

/** Decimal places an exact amount may have: enough for wei (1e-18). */
export const exactDecimalScale = 18;

/** Exact amounts lie below this magnitude. It also keeps out NaN and Infinity, which sort above every number. */
export const exactDecimalLimit = "1e20";

/** An exact decimal column; give the table `exactDecimals` for it too. */
export const exactDecimal = (name: string) => numeric(name);

/** What an exact amount may be, besides being finite and within 18 decimal places. */
export type DecimalSign = "positive" | "not-negative" | "any";

/** The SQL condition for {@link DecimalSign}; a NULL passes. */
export function exactDecimalCondition(column: AnyPgColumn, sign: DecimalSign): SQL {
  const lower = {
    positive: sql`${column} > 0`,
    "not-negative": sql`${column} >= 0`,
    any: sql`${column} > ${sql.raw(`-${exactDecimalLimit}`)}`,
  }[sign];
  return sql`${lower} and ${column} < ${sql.raw(exactDecimalLimit)} and scale(${column}) <= ${sql.raw(String(exactDecimalScale))}`;
}

/** One named check over several exact amounts of one table, so that an error names the group it broke. */
export function exactDecimals(name: string, columns: readonly (readonly [AnyPgColumn, DecimalSign])[]) {
  return check(
    name,
    sql.join(
      columns.map(([column, sign]) => sql`(${exactDecimalCondition(column, sign)})`),
      sql` and `,
    ),
  );
}
