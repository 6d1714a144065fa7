// What only the database can judge, in the caller's words and with the field, where one field is to blame. Not the classes of
// errors (@app/database), which knows no table, and not the refusals of orders, which say which order (refused-submission.ts).
import { ConflictError, type DatabaseError, InvalidInputError } from "@app/database";

interface Refusal {
  readonly field: string;
  /** @defaultValue the server's own sentence */
  readonly says?: string;
}

const CHECKS: Readonly<Record<string, Refusal>> = {
  trades_not_from_the_future: {
    field: "executedAt",
    says: "a fill is not more than a day ahead of the database's clock.",
  },
  trades_order_before_fill: { field: "executedAt" },
  trades_order_matches: { field: "orderId" },
  trades_busted_after_execution: {
    field: "bustedAt",
    says: "a fill is not taken back before it was executed.",
  },
};

/** What a fill names that must be there. */
const REFERENCES: Readonly<Record<string, { readonly field: string; readonly what: string }>> = {
  trades_strategy_id_fkey: { field: "strategyId", what: "strategy" },
  trades_order_id_exists: { field: "orderId", what: "order" },
};

/** Which one it misses the database says of a strategy only to a role that may read the table. */
const missingKey = /(?:=\(|refers to order )(?<id>[0-9a-f-]{36})/u;

/** @returns the error with its field, where one field of a fill is to blame; any other as it is */
export function withField(error: unknown): unknown {
  if (error instanceof InvalidInputError && error.field === undefined) {
    const refusal = CHECKS[error.constraint ?? ""];
    if (refusal === undefined) return error;
    const { field, says = error.message } = refusal;
    return new InvalidInputError(`${field}: ${says}`, { ...partsOf(error), field, cause: error });
  }
  if (error instanceof ConflictError && error.field === undefined) {
    const reference = REFERENCES[error.constraint ?? ""];
    if (reference === undefined) return error;
    const { field, what } = reference;
    const id = missingKey.exec(`${error.message} ${error.detail ?? ""}`)?.groups?.["id"];
    const says = id === undefined ? `there is no such ${what}.` : `there is no ${what} ${id}.`;
    return new ConflictError(`${field}: ${says}`, { ...partsOf(error), field, cause: error });
  }
  return error;
}

/** The same error at a place of a list: its field and its sentence begin with it. */
export function atPlace(error: InvalidInputError | ConflictError, place: string): DatabaseError {
  const told = { ...partsOf(error), field: `${place}${error.field}`, cause: error.cause };
  const message = `${place}${error.message}`;
  return error instanceof ConflictError
    ? new ConflictError(message, told)
    : new InvalidInputError(message, told);
}

/** What the server said beside its sentence. */
export function partsOf({
  sqlState,
  schema,
  table,
  column,
  constraint,
  detail,
  hint,
  context,
}: DatabaseError) {
  return { sqlState, schema, table, column, constraint, detail, hint, context };
}
