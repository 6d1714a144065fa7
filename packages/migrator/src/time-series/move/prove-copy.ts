// Counts, before anything is locked, whether the copy holds as many rows as the live table, apart from those whose keys
// are in the log. One statement, so one snapshot of both; what changes later is in the log and taken over by key. A count
// under the exchange's lock would prove the same and stop every reader for as long as it takes.

import { TableMoveError } from "../../errors.ts";
import { loggedKey, sameKey } from "./change-log.ts";
import { readProgress, writeProgress } from "./move-progress.ts";
import type { TableMove } from "./table-move.ts";
import { loggedTime } from "./replay-changes.ts";
import type { ReplayOutcome } from "./replay-changes.ts";

interface Counts {
  readonly live: bigint;
  readonly copy: bigint;
  readonly loggedLive: bigint;
  readonly loggedCopy: bigint;
  readonly truncated: boolean;
}

/** @throws {@link TableMoveError} `move-differs`; a rerun then begins the copy again. */
export async function proveCopy(move: TableMove): Promise<ReplayOutcome> {
  const { run, names, shape } = move;
  const { live, copy, log } = names;
  const changed = `(SELECT DISTINCT ${loggedKey(shape.key).join(", ")} FROM ${log}) AS changed`;
  const [counts] = await run.session.query<Counts>(
    `SELECT (SELECT count(*) FROM ONLY ${live}) AS live, (SELECT count(*) FROM ${copy}) AS copy,
       (SELECT count(*) FROM ONLY ${live} AS live JOIN ${changed} ON ${sameKey(shape.key, "live")}) AS "loggedLive",
       (SELECT count(*) FROM ${copy} AS copy JOIN ${changed} ON ${sameKey(shape.key, "copy")}) AS "loggedCopy",
       EXISTS (SELECT FROM ${log} WHERE ${loggedTime(move)} IS NULL) AS truncated`,
  );
  if (counts === undefined) throw new TypeError("A SELECT without FROM gave no row.");
  if (counts.truncated) return "truncated";
  const unchanged = counts.live - counts.loggedLive;
  const copied = counts.copy - counts.loggedCopy;
  if (unchanged === copied) return "replayed";
  const progress = await readProgress(run.session, names.table);
  if (progress !== undefined)
    await writeProgress(run.session, names.table, { ...progress, state: "differs" });
  throw new TableMoveError(
    "move-differs",
    `The copy of ${names.table} holds ${copied} rows where the table holds ${unchanged}, so it was not put in its place: somebody changed rows with the triggers of the table switched off, or wrote to schema migrating. The table is as it was; run again to copy it anew.`,
    [`${unchanged} rows in ${names.table}, ${copied} in its copy`],
  );
}
