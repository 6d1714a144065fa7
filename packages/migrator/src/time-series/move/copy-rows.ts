// Copies the rows of the live table, a range of its blocks at a time, each range in one transaction with the progress row.
// By block and not by key: no index leads with the time alone, so a range of time would sort the whole table for each
// batch (2 million bars: 1.2 to 1.8 s and growing, against 0.3 to 0.5 s). A row keeps its block until it is changed, and
// then it is in the log.

import { readFile } from "./begin-move.ts";
import type { MoveProgress } from "./move-progress.ts";
import { writeProgress } from "./move-progress.ts";
import { quotedList } from "./moving-names.ts";
import type { ProgressReport } from "./progress-report.ts";
import type { TableMove } from "./table-move.ts";
import { inStep, moveName } from "./table-move.ts";

/** Rows that fit into a block of 8 KB at most; the first range must not hold more than a batch. */
const mostRowsPerBlock = 226;

/** 128 MB: how far one range of mostly empty blocks may reach. */
const longestRange = 16_384n;

/** Copies every block that is not copied yet. */
export async function copyRows(
  move: TableMove,
  from: MoveProgress,
  report: ProgressReport,
): Promise<MoveProgress> {
  const { batchRows } = move.target;
  let progress = from;
  let range = BigInt(Math.max(1, Math.floor(batchRows / mostRowsPerBlock)));
  while (progress.state === "copying") {
    const before = progress;
    const { after, read } = await inStep(move.run, moveName(move), async () =>
      copyRange(move, before, range),
    );
    progress = after;
    report.copied(progress);
    range = nextRange(range, read, batchRows);
  }
  return progress;
}

function nextRange(range: bigint, read: bigint, batchRows: number): bigint {
  const fitting = read === 0n ? range * 2n : (range * BigInt(batchRows)) / read;
  const least = [fitting, range * 2n, longestRange].reduce((a, b) => (a < b ? a : b));
  return least < 1n ? 1n : least;
}

async function copyRange(
  move: TableMove,
  before: MoveProgress,
  range: bigint,
): Promise<{ readonly after: MoveProgress; readonly read: bigint }> {
  const { names, shape } = move;
  const { session } = move.run;
  // Held until the end: nobody rewrites the table between the look at its file and the reading of its blocks.
  await session.query(`LOCK TABLE ${names.live} IN ACCESS SHARE MODE`);
  const file = await readFile(move);
  const isRewritten = file.filenode !== before.filenode;
  const from = isRewritten ? 0n : before.nextBlock;
  const blocks = isRewritten ? file.blocks : before.blocks;
  const to = from + range < blocks ? from + range : blocks;
  const columns = quotedList(shape.columns);
  // A row that is there already was replayed or copied before the table was rewritten, and is in the log if it changed.
  const [counted] = await session.query<{ read: bigint; moved: bigint }>(
    `WITH batch AS MATERIALIZED (
       SELECT ${columns} FROM ONLY ${names.live} WHERE ctid >= $1::tid AND ctid < $2::tid
     ), moved AS (
       INSERT INTO ${names.copy} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM batch ON CONFLICT DO NOTHING RETURNING 1
     )
     SELECT (SELECT count(*) FROM batch) AS read, (SELECT count(*) FROM moved) AS moved`,
    [`(${from},0)`, `(${to},0)`],
  );
  const { read = 0n, moved = 0n } = counted ?? {};
  const after: MoveProgress = {
    ...before,
    state: to >= blocks ? "replaying" : "copying",
    filenode: file.filenode,
    nextBlock: to,
    blocks,
    rows: before.rows + moved,
  };
  await writeProgress(session, names.table, after);
  return { after, read };
}
