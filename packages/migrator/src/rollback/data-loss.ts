// Counts what a rollback would lose: once before anything is locked, because a large table takes long to count, and again
// in the rollback's own transaction with its tables locked, so that no row can arrive between the count and the drop.

import { quoteIdentifier } from "@app/database";

import type { DataLoss } from "../errors.ts";
import type { MigrationSession } from "../session/session.ts";
import type { Removal } from "./snapshot.ts";

export interface DataLossOptions {
  /** Lock every table concerned first; only inside a transaction. */
  readonly lock: boolean;
}

/** Counts the rows or values of what goes; only what has any is answered. */
export async function findDataLoss(
  session: MigrationSession,
  removals: readonly Removal[],
  { lock }: DataLossOptions,
): Promise<readonly DataLoss[]> {
  const present = await presentNames(session);
  // A later version may have dropped it already; its down file makes it again, empty.
  const concerned = removals.filter(({ table, column }) =>
    present.has(column === undefined ? table : `${table}.${column}`),
  );
  const tables = [...new Set(concerned.map(({ table }) => table))].toSorted();
  if (lock && tables.length > 0) {
    await session.query(`LOCK TABLE ${tables.map(qualified).join(", ")} IN ACCESS EXCLUSIVE MODE`);
  }
  const losses: DataLoss[] = [];
  for (const { kind, table, column } of concerned) {
    const counted = column === undefined ? "*" : quoteIdentifier(column);
    const [row] = await session.query<{ rows: bigint }>(
      `SELECT count(${counted}) AS rows FROM ${qualified(table)}`,
    );
    const rows = row?.rows ?? 0n;
    if (rows > 0n) {
      losses.push({ kind, name: column === undefined ? table : `${table}.${column}`, rows });
    }
  }
  return losses;
}

async function presentNames(session: MigrationSession): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ table: string; columns: readonly string[] }>(
    `SELECT c.relname::text AS "table",
            ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`,
  );
  return new Set(
    rows.flatMap(({ table, columns }) => [table, ...columns.map((column) => `${table}.${column}`)]),
  );
}

function qualified(table: string): string {
  return `public.${quoteIdentifier(table)}`;
}

const described: Readonly<Record<DataLoss["kind"], (loss: DataLoss) => string>> = {
  table: ({ name, rows }) => `table ${name} has ${amount(rows, "row")}`,
  column: ({ name, rows }) => `column ${name} has ${amount(rows, "value")}`,
  type: ({ name, rows }) =>
    `column ${name} has ${amount(rows, "value")} whose type would change back, which may cut them`,
};

/** One line for a person. */
export function describeLoss(loss: DataLoss): string {
  return described[loss.kind](loss);
}

function amount(count: bigint, what: string): string {
  return `${count} ${what}${count === 1n ? "" : "s"}`;
}
