// What the fills of a run say of positions, day by day: the state each was left in, and sums. The accounting's own step is
// taken again from each fill to the next, so that a wrong one is named itself and does not taint those after it.
import { type Decimal, jsonParameter, type Queryable } from "@app/database";
import { type Amount, exact, ZERO } from "../amounts/exact-decimal.ts";
import { type Difference, difference } from "./difference.ts";
import { type Day, dayStatement, type Selection } from "./selection.ts";

/** A position's key as the fills have it. */
export interface FillOwner {
  readonly strategyId: string | null;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
}

/** What the fills seen so far say of a position. */
export interface LedgerEntry extends FillOwner {
  readonly firstAt: Temporal.Instant;
  readonly lastAt: Temporal.Instant;
  readonly lastId: string;
  /** As the last fill has them; null where it was never accounted. */
  readonly quantity: Decimal | null;
  readonly costBasis: Decimal | null;
  readonly realizedPnl: Amount;
  readonly fillCount: number;
}

/** Positions by their key; one small entry for each that has fills in the run. */
export type PositionLedger = Map<string, LedgerEntry>;

type Summary = Omit<LedgerEntry, "realizedPnl"> & { readonly realizedPnl: Decimal };

interface Step extends FillOwner {
  readonly tradeId: string;
  readonly executedAt: Temporal.Instant;
  readonly field: string;
  readonly expected: Decimal;
  readonly actual: Decimal | null;
}

/** The key of a position in a ledger. */
export function ledgerKey({ strategyId, account, exchange, symbol }: FillOwner): string {
  return JSON.stringify([strategyId, account, exchange, symbol]);
}

/** Adds a day to the ledger, and gives the fills of it whose accounting does not follow from the fill before. */
export async function* fillDifferences(
  scope: Queryable,
  selection: Selection,
  day: Day,
  ledger: PositionLedger,
): AsyncGenerator<Difference> {
  const summaries = await scope.query<Summary>(
    dayStatement("reconciliation.positions_of_day", selection, day),
  );
  if (summaries.rows.length === 0) return;
  const carried = summaries.rows.flatMap((summary) => {
    const entry = ledger.get(ledgerKey(summary));
    if (entry === undefined) return [];
    const { strategyId, account, exchange, symbol, quantity, costBasis } = entry;
    return [{ strategyId, account, exchange, symbol, quantity, cost: costBasis }];
  });
  const { rows } = await scope.query<Step>(
    dayStatement("reconciliation.steps_of_day", selection, day, { carried: jsonParameter(carried) }),
  );
  for (const { executedAt, ...step } of rows) {
    yield difference("fill", "fills", "differs", { ...step, at: executedAt });
  }
  for (const summary of summaries.rows) add(ledger, summary);
}

function add(ledger: PositionLedger, summary: Summary): void {
  const key = ledgerKey(summary);
  const before = ledger.get(key);
  ledger.set(key, {
    ...summary,
    firstAt: before?.firstAt ?? summary.firstAt,
    realizedPnl: (before?.realizedPnl ?? ZERO).plus(exact(summary.realizedPnl)),
    fillCount: (before?.fillCount ?? 0) + summary.fillCount,
  });
}
