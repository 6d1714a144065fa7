// Rows on their way into a table by binary COPY. Knows no particular table.
import type { CopyType, DirectConnection } from "@app/database";

/** A column of a table, and where a row has its value. */
export interface RowColumn<Row> {
  readonly name: string;
  readonly type: CopyType;
  readonly of: (row: Row) => unknown;
}

/** Copies the rows. @throws {DatabaseError} nothing was stored */
export async function copyRows<Row>(
  connection: DirectConnection,
  table: string,
  columns: readonly RowColumn<Row>[],
  rows: readonly Row[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const values: unknown[] = Array.from({ length: columns.length });
  await connection.copyIn(
    { table: { name: table }, columns: columns.map(({ name, type }) => ({ name, type })) },
    async (copy) => {
      for (const row of rows) {
        for (let index = 0; index < columns.length; index += 1) values[index] = columns[index]?.of(row);
        const wait = copy.writeRow(values);
        if (wait !== undefined) await wait;
      }
    },
  );
  return rows.length;
}
