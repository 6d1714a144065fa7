// What is to be kept of one table, and how a run came by it: by a job of the server, by whole chunks, or by rows.

import { quoteIdentifier } from "@app/database";

/** The declared retention of a table, with its age turned into a moment. Names are those of the database. */
export interface RetentionTask {
  readonly table: string;
  readonly timeColumn: string;
  readonly dropAfter: string;
  /** A date until which a row must stay although it is older. */
  readonly holdColumn: string | null;
  /** The moment a row was recorded, where the table has one: its years count from that where it came later. */
  readonly recordedColumn: string | null;
  /** Rows from before it may go; ISO 8601, UTC, microseconds. */
  readonly before: string;
}

/** What became of a table's retention. `before`: rows from before it may go; ISO 8601, UTC. `job`: id of the job. */
export type RetentionOutcome =
  /** Left to a job of the server. */
  | { readonly means: "job"; readonly table: string; readonly before: string; readonly job: number }
  | {
      readonly means: "chunks";
      readonly table: string;
      readonly before: string;
      /** Chunks that went; in a dry run those that would. */
      readonly removed: number;
      /** Chunks that stay because a row in them is held. */
      readonly held: number;
      /** Chunks that were in use and stay until the next run. */
      readonly inUse: number;
    }
  | {
      readonly means: "rows";
      readonly table: string;
      readonly before: string;
      /** Rows that went; in a dry run those that would. */
      readonly removed: number;
      /** Rows that stay because they are held. */
      readonly held: number;
    };

/** SQL: that a row must stay although its own time is over; `before` is the parameter of that name. Undefined where none can. */
export function keptCondition(
  { holdColumn, recordedColumn }: Pick<RetentionTask, "holdColumn" | "recordedColumn">,
  before: string,
): string | undefined {
  const conditions = [
    ...(holdColumn === null
      ? []
      : [`coalesce(${quoteIdentifier(holdColumn)} > (now() AT TIME ZONE 'UTC')::date, false)`]),
    ...(recordedColumn === null ? [] : [`${quoteIdentifier(recordedColumn)} > ${before}::timestamptz`]),
  ];
  return conditions.length === 0 ? undefined : `(${conditions.join(" OR ")})`;
}
