// The names prepared statements have on the server. After a migration changed a result's columns, the server refuses the
// old plan of every connection ("cached plan must not change result type") for as long as the name is used.
// Invariant: one refusal renews all names at once, so each statement is prepared afresh at most once per change.

import { sqlStateOf } from "../errors/to-database-error.ts";

/** cached plan must not change result type: 0A000, raised by this routine. */
const stalePlanState = "0A000";
const stalePlanRoutine = "RevalidateCachedQuery";

/** The statement's name is unknown, because a pooler between changed the session or it was discarded. */
const unknownStatementState = "26000";

/** Gives statement names, and new ones after a change. */
export class StatementNames {
  #generation = 0;

  /** The name to use on the server for a statement. */
  current(name: string): string {
    return this.#generation === 0 ? name : `${name}/${this.#generation}`;
  }

  /** Retires the names in use, unless the refused one was retired already. */
  renew(refused: string | undefined, name: string): void {
    if (refused === this.current(name)) this.#generation += 1;
  }
}

/** True when the server refused a prepared statement before running it, because what it was prepared for has changed. */
export function isStaleStatement(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  if (sqlState === unknownStatementState) return true;
  if (sqlState !== stalePlanState || !(error instanceof Error)) return false;
  return "routine" in error && error.routine === stalePlanRoutine;
}
