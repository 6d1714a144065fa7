// Stores one batch for as long as it takes: the server away is waited for, a record it refuses is found and left out.
// Not one attempt (store-logs.ts). Invariant: every record is reported once, as stored, refused or given up.
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseError, type Queryable, retryDelayMilliseconds, toDatabaseError } from "@app/database";
import type { LogRow } from "./log-record.ts";
import { insertMissingLogs, isMissingStrategy, isRefusal } from "./store-logs.ts";

/** Who is told what becomes of a batch. */
export interface BatchWatch {
  /** Ends waiting and retrying. */
  readonly abandoned: AbortSignal;
  readonly stored: (records: number) => void;
  readonly refused: (row: LogRow, error: DatabaseError) => void;
  /** Abandoned before it was known to be stored; it may be. */
  readonly givenUp: (rows: readonly LogRow[]) => void;
  readonly repeated: (error: DatabaseError, attempt: number, delayMilliseconds: number) => void;
}

/** Attempts without a pause while strategies go; more than one in a row takes a deletion at just that moment. */
const MOST_LOOKS = 10;

/** Stores a batch; what of it is there already is left as it is. */
export async function storeBatch(
  database: Queryable,
  rows: readonly LogRow[],
  watch: BatchWatch,
): Promise<void> {
  for (let attempt = 1; !watch.abandoned.aborted; attempt += 1) {
    try {
      await insertMissingLogs(database, rows);
      watch.stored(rows.length);
      return;
    } catch (thrown) {
      const error = toDatabaseError(thrown);
      if (isMissingStrategy(error) && attempt < MOST_LOOKS) continue;
      if (isRefusal(error)) {
        await isolate(database, rows, watch, error);
        return;
      }
      // Never none: a server that is away would be asked without a breath.
      const delay = Math.ceil(retryDelayMilliseconds(attempt, true, 0.1 + 0.9 * Math.random()));
      watch.repeated(error, attempt, delay);
      // A process that has nothing else to do may end, whether or not the server comes back.
      await sleep(delay, undefined, { signal: watch.abandoned, ref: false }).catch(() => undefined);
    }
  }
  watch.givenUp(rows);
}

/** Halves the batch until what is refused stands alone. */
async function isolate(
  database: Queryable,
  rows: readonly LogRow[],
  watch: BatchWatch,
  error: DatabaseError,
): Promise<void> {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    watch.refused(only, error);
    return;
  }
  const middle = Math.ceil(rows.length / 2);
  await storeBatch(database, rows.slice(0, middle), watch);
  await storeBatch(database, rows.slice(middle), watch);
}
