// A way from one snapshot to another in steps between which nothing looks like a rename, so that drizzle-kit has nothing
// to ask: new enums first, then what goes, then everything else, then enums that go.

import type { SnapshotJson, SnapshotTableJson } from "./snapshot-json.ts";
import { copySnapshot } from "./snapshot-json.ts";

/** What both goes and comes in the same place, and so could be a rename. */
export interface Ambiguity {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** Tables, or columns of one table, of which some go and others come. */
export function findAmbiguities(from: SnapshotJson, to: SnapshotJson): readonly Ambiguity[] {
  const tables = missingFrom(from.tables, to.tables, (key) => key.replace(/^public\./, ""));
  const columns = Object.entries(from.tables).flatMap(([key, table]) => {
    const target = to.tables[key];
    return target === undefined
      ? []
      : [missingFrom(table.columns, target.columns, (column) => `${table.name}.${column}`)];
  });
  return [tables, ...columns].filter(({ gone, come }) => gone.length > 0 && come.length > 0);
}

function missingFrom(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
): Ambiguity {
  return {
    gone: Object.keys(from)
      .filter((key) => !(key in to))
      .map(nameOf),
    come: Object.keys(to)
      .filter((key) => !(key in from))
      .map(nameOf),
  };
}

/** The snapshots on the way, both ends included. */
export function unambiguousPath(from: SnapshotJson, to: SnapshotJson): readonly SnapshotJson[] {
  const enumsGone = Object.keys(from.enums).some((key) => !(key in to.enums));
  const enumsCome = Object.keys(to.enums).some((key) => !(key in from.enums));
  const path = [from];
  let last = from;
  if (enumsGone && enumsCome) {
    last = { ...copySnapshot(last), enums: { ...to.enums, ...from.enums } };
    path.push(last);
  }
  if (findAmbiguities(from, to).length > 0) {
    last = withoutWhatGoes(last, to);
    path.push(last);
  }
  if (enumsGone && enumsCome) {
    path.push({ ...copySnapshot(to), enums: { ...from.enums, ...to.enums } });
  }
  path.push(to);
  return path;
}

function withoutWhatGoes(from: SnapshotJson, to: SnapshotJson): SnapshotJson {
  const result = copySnapshot(from);
  for (const [key, table] of Object.entries(result.tables)) {
    const target = to.tables[key];
    if (target === undefined) {
      delete result.tables[key];
    } else {
      dropColumns(
        table,
        Object.keys(table.columns).filter((column) => !(column in target.columns)),
      );
    }
  }
  const gone = Object.values(from.tables).filter(
    (table) => !Object.values(result.tables).some(({ name }) => name === table.name),
  );
  for (const table of Object.values(result.tables)) {
    table.foreignKeys = Object.fromEntries(
      Object.entries(table.foreignKeys).filter(([, key]) => !gone.some(({ name }) => name === key.tableTo)),
    );
  }
  return result;
}

/** Takes columns out with all that the server drops along with them. */
function dropColumns(table: SnapshotTableJson, gone: readonly string[]): void {
  if (gone.length === 0) {
    return;
  }
  const keeps = (columns: readonly string[]): boolean => !columns.some((column) => gone.includes(column));
  const mentions = (expression: string): boolean => gone.some((column) => expression.includes(`"${column}"`));
  table.columns = keep(table.columns, ({ name }) => !gone.includes(name));
  table.indexes = keep(
    table.indexes,
    ({ columns, where }) =>
      !columns.some(({ expression, isExpression }) =>
        isExpression ? mentions(expression) : gone.includes(expression),
      ) && !mentions(where ?? ""),
  );
  table.foreignKeys = keep(table.foreignKeys, ({ columnsFrom }) => keeps(columnsFrom));
  table.uniqueConstraints = keep(table.uniqueConstraints, ({ columns }) => keeps(columns));
  table.compositePrimaryKeys = keep(table.compositePrimaryKeys, ({ columns }) => keeps(columns));
  table.checkConstraints = keep(table.checkConstraints, ({ value }) => !mentions(value));
}

function keep<Value>(
  record: Readonly<Record<string, Value>>,
  test: (value: Value) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => test(value)));
}
