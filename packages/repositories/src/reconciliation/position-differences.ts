// Positions against the ledger of their fills. A position whose last fill lies outside of the range cannot be compared and is
// passed over; its sums (realised P&L, number of fills) can where all its fills lie within.
import type { Decimal, Queryable } from "@app/database";
import { LOWEST_ID } from "../paging/cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { decimalOf, isSameAmount } from "../amounts/exact-decimal.ts";
import { type Difference, difference } from "./difference.ts";
import { type FillOwner, type LedgerEntry, ledgerKey, type PositionLedger } from "./position-ledger.ts";
import type { Selection } from "./selection.ts";

interface StoredPosition extends FillOwner {
  readonly id: string;
  readonly currency: string;
  readonly quantity: Decimal;
  readonly costBasis: Decimal;
  readonly realizedPnl: Decimal;
  readonly fillCount: number;
  readonly firstFillAt: Temporal.Instant | null;
  readonly lastFillAt: Temporal.Instant | null;
  readonly lastFillId: string | null;
  readonly purgedThrough: Temporal.Instant | null;
}

const PAGE = 1_000;

/** Differences of positions whose last fill lies in the range, and fills without a position. */
export async function* positionDifferences(
  scope: Queryable,
  selection: Selection,
  ledger: PositionLedger,
): AsyncGenerator<Difference> {
  const unseen = new Set(ledger.keys());
  for await (const position of readPositions(scope, selection)) {
    const key = ledgerKey(position);
    unseen.delete(key);
    yield* compare(position, ledger.get(key), selection);
  }
  for (const key of unseen) {
    const entry = ledger.get(key);
    if (entry === undefined) continue;
    const { strategyId, account, exchange, symbol, lastId: tradeId, lastAt: at } = entry;
    yield difference("position", "fills", "missing", { strategyId, account, exchange, symbol, tradeId, at });
  }
}

async function* readPositions(
  scope: Queryable,
  { account, strategyId }: Selection,
): AsyncGenerator<StoredPosition> {
  if (strategyId !== null) {
    const values = { strategyId, account };
    yield* (await scope.query<StoredPosition>(catalogued("reconciliation.positions_of_strategy", values)))
      .rows;
    return;
  }
  let cursorId = LOWEST_ID;
  for (;;) {
    const { rows } = await scope.query<StoredPosition>(
      catalogued("reconciliation.positions", { account, cursorId, limit: PAGE }),
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    cursorId = last.id;
  }
}

function* compare(
  position: StoredPosition,
  entry: LedgerEntry | undefined,
  { from, to }: Selection,
): Generator<Difference> {
  const { strategyId, account, exchange, symbol, currency, firstFillAt, lastFillAt } = position;
  const what = { strategyId, account, exchange, symbol, currency };
  const differs = (field: string, expected: string | null, actual: string | null): Difference =>
    difference("position", "fills", "differs", { ...what, field, expected, actual });
  if (lastFillAt !== null && Temporal.Instant.compare(lastFillAt, to) >= 0) return;
  if (entry === undefined) {
    // What left after its years is not missing.
    const gone = position.purgedThrough;
    const isKept = lastFillAt !== null && (gone === null || Temporal.Instant.compare(gone, lastFillAt) < 0);
    if (isKept && Temporal.Instant.compare(lastFillAt, from) >= 0) {
      const values = { field: "lastFillAt", expected: null, actual: lastFillAt.toString() };
      yield difference("position", "fills", "unfounded", { ...what, ...values });
    }
    return;
  }
  if (entry.lastId !== position.lastFillId) yield differs("lastFillId", entry.lastId, position.lastFillId);
  if (entry.quantity !== null && !isSameAmount(entry.quantity, position.quantity)) {
    yield differs("quantity", entry.quantity, position.quantity);
  }
  if (entry.costBasis !== null && !isSameAmount(entry.costBasis, position.costBasis)) {
    yield differs("costBasis", entry.costBasis, position.costBasis);
  }
  const isWhole = firstFillAt !== null && Temporal.Instant.compare(firstFillAt, from) >= 0;
  if (!isWhole || position.purgedThrough !== null) return;
  if (!entry.firstAt.equals(firstFillAt))
    yield differs("firstFillAt", entry.firstAt.toString(), firstFillAt.toString());
  if (!entry.realizedPnl.eq(position.realizedPnl)) {
    yield differs("realizedPnl", decimalOf(entry.realizedPnl), position.realizedPnl);
  }
  if (entry.fillCount !== position.fillCount)
    yield differs("fillCount", `${entry.fillCount}`, `${position.fillCount}`);
}
