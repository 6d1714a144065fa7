// The row that says how far a move got, in the transaction of each of its steps: what a rerun goes on from.

import type { MigrationSession } from "../../session/session.ts";
import { movingSchema } from "./moving-names.ts";

/**
 * - `copying`: rows are copied block by block; changes are logged
 * - `replaying`: every block was copied; what changed meanwhile is taken over
 * - `differs`: the copy did not hold what the table holds; a rerun begins again
 */
export const moveStates = ["copying", "replaying", "differs"] as const;
export type MoveState = (typeof moveStates)[number];

export interface MoveProgress {
  readonly state: MoveState;
  /** Text of the live table's shape, and of what is to become of it, when the move began. */
  readonly shape: string;
  /** The file the blocks are counted in; another one means that the table was rewritten. */
  readonly filenode: bigint;
  readonly nextBlock: bigint;
  readonly blocks: bigint;
  readonly rows: bigint;
}

export const progressTable = `${movingSchema}.progress`;

export const createProgressSql = [
  `CREATE SCHEMA IF NOT EXISTS ${movingSchema}`,
  `CREATE TABLE IF NOT EXISTS ${progressTable} (
  table_name text PRIMARY KEY,
  state text NOT NULL CHECK (state IN (${moveStates.map((state) => `'${state}'`).join(", ")})),
  shape text NOT NULL,
  filenode bigint NOT NULL,
  next_block bigint NOT NULL,
  blocks bigint NOT NULL,
  rows bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)`,
];

/** True where any move ever began and none cleared up yet. */
export async function anyMoveBegan(session: MigrationSession): Promise<boolean> {
  const [row] = await session.query<{ exists: boolean }>(
    `SELECT to_regclass('${progressTable}') IS NOT NULL AS exists`,
  );
  return row?.exists ?? false;
}

/** How far the move of a table got; undefined when none began. */
export async function readProgress(
  session: MigrationSession,
  table: string,
): Promise<MoveProgress | undefined> {
  if (!(await anyMoveBegan(session))) return undefined;
  const [row] = await session.query<MoveProgress>(
    `SELECT state, shape, filenode, next_block AS "nextBlock", blocks, rows FROM ${progressTable} WHERE table_name = $1`,
    [table],
  );
  return row;
}

/** Writes the row; the caller owns the transaction. */
export async function writeProgress(
  session: MigrationSession,
  table: string,
  progress: MoveProgress,
): Promise<void> {
  const { state, shape, filenode, nextBlock, blocks, rows } = progress;
  await session.query(
    `INSERT INTO ${progressTable} (table_name, state, shape, filenode, next_block, blocks, rows)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (table_name) DO UPDATE SET state = excluded.state, shape = excluded.shape,
       filenode = excluded.filenode, next_block = excluded.next_block, blocks = excluded.blocks,
       rows = excluded.rows, updated_at = now()`,
    [table, state, shape, filenode, nextBlock, blocks, rows],
  );
}
