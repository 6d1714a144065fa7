// Why the database refused new orders, in the caller's words: the order and the field, where what refused them says which.
// Not the checks of a single order before it is sent (new-order-row.ts).
import { ConflictError } from "@app/database";
import { partsOf } from "../statements/refused-field.ts";
import type { NewOrderRow } from "./new-order-row.ts";

/** Where errors place the order of an index: `orders[3].`, `stopLoss.`, or nothing. */
export type PlaceOf = (index: number) => string;

interface Reason {
  readonly field: string;
  readonly says: (row: NewOrderRow) => string;
  /** Whether the server's words mean this row. */
  readonly isMeant: (row: NewOrderRow, words: string) => boolean;
}

const meansId =
  (column: "strategy_id" | "parent_order_id") =>
  (row: NewOrderRow, words: string): boolean =>
    typeof row[column] === "string" && words.includes(row[column]);

const nameOf = (row: NewOrderRow): string =>
  `${String(row["account"])}, ${String(row["exchange"])}, ${String(row["client_order_id"])}`;

const reasons: Readonly<Record<string, Reason>> = {
  open_orders_client_order_id_key: {
    field: "clientOrderId",
    says: (row) =>
      `another order of the account ${String(row["account"])} that works on ${String(row["exchange"])} is called ${String(row["client_order_id"])}.`,
    isMeant: (row, words) => words.includes(`=(${nameOf(row)}, `),
  },
  orders_strategy_id_fkey: {
    field: "strategyId",
    says: (row) => `there is no strategy ${String(row["strategy_id"])}.`,
    isMeant: meansId("strategy_id"),
  },
  orders_parent_order_id_exists: {
    field: "parentOrderId",
    says: (row) => `there is no order ${String(row["parent_order_id"])}.`,
    isMeant: meansId("parent_order_id"),
  },
};

/** @returns the error with its field and a sentence, where it is one of these; else as it came */
export function refusedSubmission(error: unknown, rows: readonly NewOrderRow[], placeOf: PlaceOf): unknown {
  if (!(error instanceof ConflictError)) return error;
  const reason = reasons[error.constraint ?? ""];
  if (reason === undefined) return error;
  const words = `${error.message} ${error.detail ?? ""}`;
  // A role that may not read the table is told no key; of one order it is clear nevertheless.
  const index = rows.length === 1 ? 0 : rows.findLastIndex((row) => reason.isMeant(row, words));
  const row = rows[index];
  if (row === undefined) return error;
  const field = `${placeOf(index)}${reason.field}`;
  return new ConflictError(`${field}: ${reason.says(row)}`, { ...partsOf(error), field, cause: error });
}
