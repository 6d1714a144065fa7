// What steps back would take away, told from drizzle-kit's snapshots (meta/NNNN_snapshot.json). Tables and columns are
// named as they are called now, renames of the versions between followed.

import type { SnapshotJson } from "../generate/snapshot-json.ts";

export type Snapshot = Pick<SnapshotJson, "_meta"> & {
  readonly tables: Readonly<Record<string, Pick<SnapshotJson["tables"][string], "name" | "columns">>>;
};

/** Before the first migration there is nothing. */
export const emptySnapshot: Snapshot = { tables: {}, _meta: { schemas: {}, tables: {}, columns: {} } };

/** Something with rows or values that a rollback takes away, by its present name. */
export interface Removal {
  readonly kind: "table" | "column" | "type";
  readonly table: string;
  readonly column?: string;
}

/** What goes on the way along `path`, newest snapshot first. */
export function removalsAlong(path: readonly Snapshot[]): readonly Removal[] {
  const removals: Removal[] = [];
  let present: PresentName = asItIs;
  for (const [index, from] of path.entries()) {
    const to = path[index + 1];
    if (to === undefined) {
      break;
    }
    const named = present;
    const forward = forwardNames(from);
    removals.push(
      ...removalsBetween(from, to, forward).map((removal) => ({ kind: removal.kind, ...named(removal) })),
    );
    present = (name) => named(forward(name));
  }
  return removals.filter((removal) => !removals.some((other) => includes(other, removal)));
}

/** Whether one removal takes the other with it: a table its columns, a column the change of its type. */
function includes(greater: Removal, lesser: Removal): boolean {
  if (greater.table !== lesser.table) {
    return false;
  }
  return greater.kind === "table"
    ? lesser.kind !== "table"
    : greater.kind === "column" && lesser.kind === "type" && greater.column === lesser.column;
}

interface Name {
  readonly table: string;
  readonly column?: string;
}

type PresentName = (name: Name) => Name;

function asItIs({ table, column }: Name): Name {
  return column === undefined ? { table } : { table, column };
}

/** From names before a version to names after it. */
function forwardNames({ _meta }: Snapshot): PresentName {
  return ({ table, column }) => {
    const newTable = lastPart(_meta.tables[`"public"."${table}"`]) ?? table;
    if (column === undefined) {
      return { table: newTable };
    }
    const newColumn = lastPart(_meta.columns[`"public"."${newTable}"."${column}"`]) ?? column;
    return { table: newTable, column: newColumn };
  };
}

function lastPart(qualified: string | undefined): string | undefined {
  return qualified === undefined ? undefined : /"([^"]+)"$/.exec(qualified)?.[1];
}

function removalsBetween(from: Snapshot, to: Snapshot, forward: PresentName): readonly Removal[] {
  const kept = new Map(
    Object.values(to.tables).map((table) => [
      forward({ table: table.name }).table,
      new Map(
        Object.values(table.columns).map((column) => [
          forward({ table: table.name, column: column.name }).column,
          column.type,
        ]),
      ),
    ]),
  );
  return Object.values(from.tables).flatMap((table): readonly Removal[] => {
    const columns = kept.get(table.name);
    if (columns === undefined) {
      return [{ kind: "table", table: table.name }];
    }
    // Computed columns can be computed again.
    return Object.values(table.columns)
      .filter((column) => column.generated === undefined)
      .flatMap((column): readonly Removal[] => {
        const type = columns.get(column.name);
        if (type === column.type) {
          return [];
        }
        return [{ kind: type === undefined ? "column" : "type", table: table.name, column: column.name }];
      });
  });
}
