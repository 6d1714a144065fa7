/** The line drizzle-kit writes between two statements. */
export declare const statementBreakpoint = "--> statement-breakpoint";
/** First line of a migration whose statements must not share one transaction. */
export declare const noTransactionDirective = "-- migrate: no-transaction";
/** Line above a statement that refuses a transaction and is safe to run twice. */
export declare const aloneDirective = "-- migrate: alone";
export interface MigrationStatement {
  /** 1-based position in its file. */
  readonly number: number;
  readonly sql: string;
  readonly firstLine: string;
  /** The server refuses it inside a transaction (or the author marked it): sent by itself, must bear repetition. */
  readonly alone: boolean;
}
/** Splits a file's text at drizzle-kit's breakpoints; what holds no code is dropped. */
export declare function splitStatements(text: string): readonly MigrationStatement[];
/** Whether a statement would end or open a transaction by itself, which would break "all or nothing". */
export declare function controlsTransaction(statement: MigrationStatement): boolean;
