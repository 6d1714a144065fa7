// Records fills in one statement of an open transaction, and reads them back with what the accounting made of them.
// Invariant: a fill is stored once, whoever sends it how often; the same key with other contents is refused, and nothing is kept.
import { ConflictError, NotFoundError, type Transaction } from "@app/database";
import { recordList } from "../input/record-list.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type CheckedFill, checkFill, keyText } from "./checked-fill.ts";
import { isSameAmount } from "../amounts/exact-decimal.ts";
import { CONTENT_COLUMNS, FILL_COLUMNS, type FillColumn, KEY_COLUMNS } from "./fill-columns.ts";
import type { NewFill, Trade } from "./trade.ts";

const names = FILL_COLUMNS.map(({ name }) => name).join(", ");

// In one order in every session, a COPY's too, so that two that record the same fills wait for each other and never in a circle.
const RECORD = `insert into trades (${names})
select ${names}
from unnest(${FILL_COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(", ")}) as fill (${names})
order by ${KEY_COLUMNS.map(({ name }) => name).join(", ")}
on conflict do nothing`;

/**
 * Records fills inside of an open transaction, for a caller who does more in it (a report on an order).
 * @returns the stored fills, in the order they were given
 * @throws {InvalidInputError} naming the field, `fills[3].price`
 * @throws {ConflictError} where a fill is stored with other contents, naming the field that differs
 */
export async function recordFills(
  transaction: Transaction,
  fills: readonly NewFill[],
): Promise<readonly Trade[]> {
  return recordCheckedFills(transaction, checkFills(fills));
}

/** @throws {InvalidInputError} naming the field, `fills[3].price` */
export function checkFills(fills: readonly NewFill[]): readonly CheckedFill[] {
  return recordList("fills", fills).map((fill, index) => checkFill(fill, `fills[${index}].`));
}

/** As {@link recordFills}, of fills that were checked. */
export async function recordCheckedFills(
  transaction: Transaction,
  fills: readonly CheckedFill[],
): Promise<readonly Trade[]> {
  if (fills.length === 0) return [];
  await transaction.query({
    name: "trades.record",
    text: RECORD,
    values: FILL_COLUMNS.map(({ property }) => fills.map((fill) => fill[property])),
  });
  const stored = await readRecorded(transaction, fills);
  return fills.map((fill) => {
    const trade = stored.get(keyText(fill));
    if (trade === undefined) throw takenId(fill);
    requireSameContents(fill, trade);
    return trade;
  });
}

async function readRecorded(
  transaction: Transaction,
  fills: readonly CheckedFill[],
): Promise<ReadonlyMap<string, Trade>> {
  const times = fills
    .map(({ executedAt }) => executedAt)
    .toSorted((one, other) => Temporal.Instant.compare(one, other));
  const keys = fills.map((fill) =>
    Object.fromEntries(KEY_COLUMNS.map(({ name, property }) => [name, keyValue(fill[property])])),
  );
  const { rows } = await transaction.query<Trade>(
    catalogued("trades.find_recorded", { keys: JSON.stringify(keys), from: times[0], to: times.at(-1) }),
  );
  return new Map(rows.map((trade) => [keyText(trade), trade]));
}

const keyValue = (value: unknown): unknown => (value instanceof Temporal.Instant ? value.toString() : value);

/** The error for an id that is another fill's. */
export function takenId({ id }: { readonly id: string }): ConflictError {
  return new ConflictError(`id: ${id} is the id of another fill.`, { field: "id", table: "trades" });
}

function requireSameContents(fill: CheckedFill, trade: Trade): void {
  for (const column of CONTENT_COLUMNS) {
    const given = fill[column.property];
    const stored: unknown = Reflect.get(trade, column.property);
    if (!isSame(column, given, stored)) throw otherContents(fill, column.property, stored, given);
  }
}

/** Whether a column of two fills says the same; 1.0 and 1 are one amount. */
export function isSame(column: FillColumn, given: unknown, stored: unknown): boolean {
  if (column.type !== "numeric" || typeof given !== "string" || typeof stored !== "string") {
    return given === stored;
  }
  return isSameAmount(given, stored);
}

/** The error for a fill that is stored with other contents. */
export function otherContents(
  { exchangeTradeId, symbol }: { readonly exchangeTradeId: string; readonly symbol: string },
  field: string,
  stored: unknown,
  given: unknown,
): ConflictError {
  return new ConflictError(
    `${field}: fill ${exchangeTradeId} of ${symbol} is recorded with ${String(stored)}, not ${String(given)}; ` +
      "bust it and record the right one as its correction.",
    { field, table: "trades" },
  );
}

/** The stored trade, or the error that there is none. */
export function required(trade: Trade | undefined, id: string): Trade {
  if (trade !== undefined) return trade;
  throw new NotFoundError(`There is no trade ${id}.`, { table: "trades" });
}
