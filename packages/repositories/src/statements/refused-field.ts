// The field behind a check that only the database can judge, for the few that are about one field. Not the classes of errors
// (@app/database), which knows no table.
import { InvalidInputError } from "@app/database";

const FIELDS: Readonly<Record<string, string>> = {
  trades_not_from_the_future: "executedAt",
  trades_busted_after_execution: "bustedAt",
};

/** @returns the error with its field, where a check of one field refused; any other as it is */
export function withField(error: unknown): unknown {
  if (!(error instanceof InvalidInputError) || error.field !== undefined) return error;
  const field = FIELDS[error.constraint ?? ""];
  if (field === undefined) return error;
  const { sqlState, schema, table, column, constraint, detail, hint, context } = error;
  const told = { sqlState, schema, table, column, constraint, detail, hint, context };
  return new InvalidInputError(`${field}: ${error.message}`, { ...told, field, cause: error.cause });
}
