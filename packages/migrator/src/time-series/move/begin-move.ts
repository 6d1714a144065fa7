// Makes the empty hypertable beside the live table and begins the log of changes, all in one transaction: from its commit
// on every change is logged, so what the copy then misses of a row is in the log.

import type { TableMove } from "./table-move.ts";
import { inStep, moveName, runStatements } from "./table-move.ts";
import { beginLogSql } from "./change-log.ts";
import { createProgressSql, writeProgress, type MoveProgress } from "./move-progress.ts";
import { quoteIdentifier } from "@app/database";

/** Begins a move; there must be none of this table. */
export async function beginMove(move: TableMove, shape: string): Promise<MoveProgress> {
  const { run, names } = move;
  return inStep(run, moveName(move), async () => {
    await runStatements(run, moveName(move), [
      ...createProgressSql,
      ...(await createCopySql(move)),
      ...beginLogSql(names, move.shape.key),
    ]);
    const progress: MoveProgress = {
      state: "copying",
      shape,
      nextBlock: 0n,
      rows: 0n,
      // No writer is under way here: the triggers wait for all of them.
      ...(await readFile(move)),
    };
    await writeProgress(run.session, names.table, progress);
    return progress;
  });
}

/** The file of the live table, and its length in blocks. */
export async function readFile({
  run,
  names,
}: TableMove): Promise<Pick<MoveProgress, "filenode" | "blocks">> {
  const [row] = await run.session.query<Pick<MoveProgress, "filenode" | "blocks">>(
    `SELECT pg_relation_filenode($1::regclass)::bigint AS filenode,
            pg_relation_size($1::regclass) / current_setting('block_size')::bigint AS blocks`,
    [names.live],
  );
  if (row === undefined) throw new TypeError("A SELECT without FROM gave no row.");
  return row;
}

async function createCopySql({ run, target, names, shape }: TableMove): Promise<readonly string[]> {
  const { copy, live } = names;
  const [extension] = await run.session.query<{ schema: string }>(
    "SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'timescaledb'",
  );
  const schema = extension?.schema ?? "public";
  const options = [
    ...(shape.options.length === 0 ? [] : [`SET (${shape.options.join(", ")})`]),
    ...shape.columnOptions,
  ];
  return [
    `CREATE TABLE ${copy} (LIKE ${live} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
  INCLUDING IDENTITY INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS)`,
    ...(options.length === 0 ? [] : [`ALTER TABLE ${copy} ${options.join(", ")}`]),
    `SELECT ${schema}.create_hypertable('${copy.replaceAll("'", "''")}',
  ${schema}.by_range('${target.timeColumn.replaceAll("'", "''")}', interval '${target.chunkInterval}'),
  create_default_indexes => false)`,
    ...shape.keys.map(
      ({ name, definition }) => `ALTER TABLE ${copy} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition}`,
    ),
    ...shape.indexes.map(({ definition }) => definition),
  ];
}
