// Puts generated statements into an order in which nothing has to be dropped with CASCADE: CASCADE would also
// take what this code does not know of. Foreign keys go first, then tables, the referring one before the referred to.

import { quoteIdentifier } from "@app/database";

import { splitStatements } from "../files/migration-statement.ts";
import type { SnapshotJson } from "./snapshot-json.ts";

/** The name between the quotes of generated SQL. */
const unquoted = (name: string): string => name.replaceAll('""', '"');

const dropTable = /^DROP TABLE "((?:[^"]|"")+)" CASCADE;?$/;
const dropConstraint = /^ALTER TABLE "(?:[^"]|"")+" DROP CONSTRAINT "((?:[^"]|"")+)";?$/;

/** `from` is the snapshot the statements start at. */
export function orderStatements(statements: readonly string[], from: SnapshotJson): readonly string[] {
  const single = statements.flatMap((text) => splitStatements(text).map(({ sql }) => sql));
  const foreignKeys = new Set(
    Object.values(from.tables).flatMap((table) => Object.values(table.foreignKeys).map(({ name }) => name)),
  );
  const isForeignKeyDrop = (sql: string): boolean =>
    foreignKeys.has(unquoted(dropConstraint.exec(sql)?.[1] ?? ""));
  const dropped = single.flatMap((sql) => dropTable.exec(sql)?.[1] ?? []).map(unquoted);
  const rest = single.filter((sql) => !dropTable.test(sql) && !isForeignKeyDrop(sql));
  return [
    ...single.filter(isForeignKeyDrop),
    ...rest.filter((sql) => /DISABLE ROW LEVEL SECURITY/.test(sql)),
    ...dropTables(dropped, from),
    ...rest.filter((sql) => !/DISABLE ROW LEVEL SECURITY/.test(sql)),
  ];
}

interface Reference {
  readonly name: string;
  readonly table: string;
  readonly to: string;
}

function dropTables(tables: readonly string[], from: SnapshotJson): readonly string[] {
  const references = Object.values(from.tables)
    .flatMap((table) => Object.values(table.foreignKeys))
    .filter(
      (key) =>
        tables.includes(key.tableFrom) && tables.includes(key.tableTo) && key.tableFrom !== key.tableTo,
    )
    .map((key): Reference => ({ name: key.name, table: key.tableFrom, to: key.tableTo }));
  const statements: string[] = [];
  const left = new Set(tables);
  let open = references;
  while (left.size > 0) {
    const free = [...left].find((table) => !open.some(({ to }) => to === table));
    const [first, ...others] = open;
    if (free !== undefined) {
      left.delete(free);
      statements.push(`DROP TABLE ${quoteIdentifier(free)};`);
      open = open.filter((reference) => reference.table !== free);
    } else if (first !== undefined) {
      // A circle: one foreign key has to go by itself.
      statements.push(
        `ALTER TABLE ${quoteIdentifier(first.table)} DROP CONSTRAINT ${quoteIdentifier(first.name)};`,
      );
      open = others;
    }
  }
  return statements;
}
