// What a move makes in the database, by name. Everything of its own lies in one schema, so that the catalogue of schema
// public does not show it; only the triggers must hang on the live table, and they are known by their function's schema.

import { quoteIdentifier } from "@app/database";

/** The schema that exists only while a table is being moved. */
export const movingSchema = "migrating";

/** Names of the triggers that log changes of the live table while it is copied. Reserved: no table may declare them. */
export const logTriggers = {
  insert: "migrating_insert",
  update: "migrating_update",
  delete: "migrating_delete",
  truncate: "migrating_truncate",
} as const;

export interface MovingNames {
  readonly table: string;
  /** The live table, qualified and quoted, as all that follow. */
  readonly live: string;
  /** The hypertable that takes its place. */
  readonly copy: string;
  /** Keys of rows that changed since the copy began. */
  readonly log: string;
  readonly logFunction: string;
}

/** The names for one table. */
export function movingNames(table: string): MovingNames {
  const inSchema = (name: string): string => `${movingSchema}.${quoteIdentifier(name)}`;
  return {
    table,
    live: `public.${quoteIdentifier(table)}`,
    copy: inSchema(table),
    log: inSchema(`${table}_changes`),
    logFunction: inSchema(`log_${table}_changes`),
  };
}

/** A list of quoted identifiers, each with a prefix such as `live.`. */
export function quotedList(columns: readonly string[], prefix = ""): string {
  return columns.map((column) => `${prefix}${quoteIdentifier(column)}`).join(", ");
}
