// Short codes: accounts, exchanges, symbols, currencies, and the identifiers of the ISO standards. A code is
// refused when it is empty, padded with blanks, or longer than its kind can be.
import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

/** 1 to `length` characters, none of them a control character, no blank at either end. */
export function isCode(column: AnyPgColumn, length: number): SQL {
  return sql`length(${column}) between 1 and ${sql.raw(String(length))} and ${column} = btrim(${column}) and ${column} !~ '[[:cntrl:]]'`;
}

/** An ISO 4217 code or a crypto-asset ticker: 2 to 12 capital letters or digits. */
export function isCurrency(column: AnyPgColumn): SQL {
  return sql`${column} ~ '^[A-Z0-9]{2,12}$'`;
}

/** A market identifier code, ISO 10383. */
export function isMic(column: AnyPgColumn): SQL {
  return sql`${column} ~ '^[A-Z0-9]{4}$'`;
}

/** An international securities identification number, ISO 6166 (form only, not the check digit). */
export function isIsin(column: AnyPgColumn): SQL {
  return sql`${column} ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'`;
}
