// One statement of a migration file, as it is sent, and what its text says about how it may be run.
// Says nothing about whether it was run: that is the ledger's.

import { codeOfStatements, firstLineOf } from "./sql-text.ts";

/** The line drizzle-kit writes between two statements. */
export const statementBreakpoint = "--> statement-breakpoint";

/** First line of a migration whose statements must not share one transaction. */
export const noTransactionDirective = "-- migrate: no-transaction";

/** Line above a statement that refuses a transaction and is safe to run twice. */
export const aloneDirective = "-- migrate: alone";

export interface MigrationStatement {
  /** 1-based position in its file. */
  readonly number: number;
  readonly sql: string;
  readonly firstLine: string;
  /** The server refuses it inside a transaction (or the author marked it): sent by itself, must bear repetition. */
  readonly alone: boolean;
}

// Each of these also bears repetition: an index is looked up before it is built or dropped again, the others only
// bring about a state. Whatever else refuses a transaction needs its author's word: the `alone` directive.
const refusesTransaction =
  /^(?:create (?:unique )?index concurrently|drop index concurrently|reindex\b.* concurrently|vacuum|alter system)\b/i;

const transactionControl =
  /^(?:begin|start transaction|commit|rollback|abort|prepare transaction|savepoint)\b/i;

/** Splits a file's text at drizzle-kit's breakpoints; what holds no code is dropped. */
export function splitStatements(text: string): readonly MigrationStatement[] {
  return text
    .split(statementBreakpoint)
    .map((part) => part.trim())
    .map((sql) => ({ sql, code: codeOfStatements(sql) }))
    .filter(({ code }) => code.length > 0)
    .map(({ sql, code }, index) => ({
      number: index + 1,
      sql,
      firstLine: firstLineOf(sql),
      alone: code.some((statement) => refusesTransaction.test(statement)) || hasAloneDirective(sql),
    }));
}

function hasAloneDirective(sql: string): boolean {
  return sql.split("\n").some((line) => line.trim() === aloneDirective);
}

/** Whether a statement would end or open a transaction by itself, which would break "all or nothing". */
export function controlsTransaction(statement: MigrationStatement): boolean {
  return codeOfStatements(statement.sql).some((code) => transactionControl.test(code));
}
