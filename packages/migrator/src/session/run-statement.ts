// Sends one statement and, when the server refuses it, says which file and statement it was.

import { DatabaseError } from "@app/database";

import type { StatementPlace } from "../errors.ts";
import { MigrationStatementError } from "../errors.ts";
import type { MigrationSession } from "./session.ts";

/** Codes that the retry, or a second way of running the same step, must see as they are. */
const passedOn = new Set(["55P03", "40P01"]);

/** "Cannot run inside a transaction block", and a procedure that commits by itself. */
const wantsNoTransaction = new Set(["25001", "2D000"]);

/** Sends `sql`. @throws {@link MigrationStatementError} naming the place; lock contests go up unchanged. */
export async function runStatement(
  session: MigrationSession,
  sql: string,
  place: StatementPlace,
  kept: string,
): Promise<void> {
  try {
    await session.script(sql);
  } catch (error) {
    if (!(error instanceof DatabaseError) || (error.sqlState !== undefined && passedOn.has(error.sqlState))) {
      throw error;
    }
    throw statementError(error, place, kept);
  }
}

function statementError(error: DatabaseError, place: StatementPlace, kept: string): MigrationStatementError {
  const where = `${place.name}, statement ${place.statement} of ${place.statements} (${place.firstLine})`;
  if (error.sqlState !== undefined && wantsNoTransaction.has(error.sqlState)) {
    return new MigrationStatementError(
      "statement-needs-no-transaction",
      `${where} refuses to run inside a transaction: put \`-- migrate: no-transaction\` on the file's first line and \`-- migrate: alone\` above this statement, if it is safe to run twice. ${kept}`,
      place,
      error.sqlState,
      { cause: error },
    );
  }
  const detail = error.detail === undefined ? "" : ` (${error.detail.split("\n", 1)[0]})`;
  const denied = error.sqlState === "42501" ? " Run the migration as the role that owns these objects." : "";
  return new MigrationStatementError(
    "statement-failed",
    `${where} failed: ${error.message}${detail}${error.sqlState === undefined ? "" : ` [${error.sqlState}]`}. ${kept}${denied}`,
    place,
    error.sqlState,
    { cause: error },
  );
}
