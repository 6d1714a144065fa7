// Renames, stated by a person on the command line. Whether a table that went and one that came are the same table is
// not in the snapshots, and guessing wrong drops its rows; so a rename is told, and what is not told is asked for.

import { quoteIdentifier } from "@app/database";

import { MigratorError } from "../errors.ts";
import type { SnapshotJson } from "./snapshot-json.ts";
import { copySnapshot } from "./snapshot-json.ts";

export interface Rename {
  readonly table: string;
  /** Undefined when the table itself is renamed. */
  readonly column?: string;
  /** The new name of the column, or of the table. */
  readonly to: string;
}

/** Reads `old_table:new_table` or `table.old_column:table.new_column`. @throws MigratorError `generate-invalid` */
export function parseRename(text: string): Rename {
  const match = /^([\w$]+)(?:\.([\w$]+))?:(?:([\w$]+)\.)?([\w$]+)$/.exec(text);
  const [, table, column, toTable, to] = match ?? [];
  const consistent =
    column === undefined ? toTable === undefined : toTable === undefined || toTable === table;
  if (table === undefined || to === undefined || !consistent) {
    throw new MigratorError(
      "generate-invalid",
      `"${text}" is not a rename: write old_table:new_table, or table.old_column:table.new_column.`,
    );
  }
  return column === undefined ? { table, to } : { table, column, to };
}

export interface RenamedSnapshot {
  readonly snapshot: SnapshotJson;
  readonly up: readonly string[];
  /** In the order in which they undo `up`. */
  readonly down: readonly string[];
}

/** Tables first: a column's table is called by its new name. */
function inOrder(renames: readonly Rename[]): readonly Rename[] {
  return [
    ...renames.filter(({ column }) => column === undefined),
    ...renames.filter(({ column }) => column !== undefined),
  ];
}

/** Carries renames out on a snapshot. @throws MigratorError `generate-invalid` when there is no such table or column. */
export function applyRenames(snapshot: SnapshotJson, renames: readonly Rename[]): RenamedSnapshot {
  const renamed = copySnapshot(snapshot);
  const up: string[] = [];
  const down: string[] = [];
  for (const rename of inOrder(renames)) {
    const { table, column, to } = rename;
    if (column === undefined) {
      renameTable(renamed, table, to);
      up.push(`ALTER TABLE ${quoteIdentifier(table)} RENAME TO ${quoteIdentifier(to)};`);
      down.unshift(`ALTER TABLE ${quoteIdentifier(to)} RENAME TO ${quoteIdentifier(table)};`);
    } else {
      renameColumn(renamed, table, column, to);
      up.push(renameColumnSql(table, column, to));
      down.unshift(renameColumnSql(table, to, column));
    }
  }
  return { snapshot: renamed, up, down };
}

function renameColumnSql(table: string, from: string, to: string): string {
  return `ALTER TABLE ${quoteIdentifier(table)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)};`;
}

function renameTable(snapshot: SnapshotJson, from: string, to: string): void {
  const table = snapshot.tables[`public.${from}`];
  if (table === undefined) {
    throw new MigratorError(
      "generate-invalid",
      `There is no table ${from} to rename in the newest migration.`,
    );
  }
  delete snapshot.tables[`public.${from}`];
  snapshot.tables[`public.${to}`] = table;
  table.name = to;
  for (const other of Object.values(snapshot.tables)) {
    for (const key of Object.values(other.foreignKeys)) {
      key.tableFrom = key.tableFrom === from ? to : key.tableFrom;
      key.tableTo = key.tableTo === from ? to : key.tableTo;
    }
  }
  replaceInExpressions(table, `"${from}"."`, `"${to}"."`);
}

function renameColumn(snapshot: SnapshotJson, tableName: string, from: string, to: string): void {
  const table = snapshot.tables[`public.${tableName}`];
  const column = table?.columns[from];
  if (table === undefined || column === undefined) {
    throw new MigratorError(
      "generate-invalid",
      `There is no column ${tableName}.${from} to rename in the newest migration.`,
    );
  }
  const swap = (name: string): string => (name === from ? to : name);
  table.columns = Object.fromEntries(Object.entries(table.columns).map(([key, value]) => [swap(key), value]));
  column.name = to;
  for (const index of Object.values(table.indexes)) {
    for (const part of index.columns) {
      part.expression = part.isExpression ? part.expression : swap(part.expression);
    }
  }
  for (const constraint of [
    ...Object.values(table.uniqueConstraints),
    ...Object.values(table.compositePrimaryKeys),
  ]) {
    constraint.columns = constraint.columns.map(swap);
  }
  for (const other of Object.values(snapshot.tables)) {
    for (const key of Object.values(other.foreignKeys)) {
      key.columnsFrom = key.tableFrom === tableName ? key.columnsFrom.map(swap) : key.columnsFrom;
      key.columnsTo = key.tableTo === tableName ? key.columnsTo.map(swap) : key.columnsTo;
    }
  }
  replaceInExpressions(table, `"${tableName}"."${from}"`, `"${tableName}"."${to}"`);
}

/** The server follows a rename inside checks and expressions, so the snapshot must too. */
function replaceInExpressions(table: SnapshotJson["tables"][string], from: string, to: string): void {
  for (const check of Object.values(table.checkConstraints)) {
    check.value = check.value.replaceAll(from, to);
  }
  for (const index of Object.values(table.indexes)) {
    if (index.where !== undefined) {
      index.where = index.where.replaceAll(from, to);
    }
    for (const part of index.columns) {
      part.expression = part.isExpression ? part.expression.replaceAll(from, to) : part.expression;
    }
  }
  for (const column of Object.values(table.columns)) {
    if (column.generated !== undefined) {
      column.generated.as = column.generated.as.replaceAll(from, to);
    }
  }
}
