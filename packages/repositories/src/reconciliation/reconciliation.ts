// The room for reconciliation: what the database says in several places, and what a venue says, held against each other.
// It reads and changes nothing; what is to be done about a difference is the caller's decision.
import type { Queryable } from "@app/database";
import { dailyDifferences } from "./daily-differences.ts";
import type { Difference } from "./difference.ts";
import { filledOrderDifferences, orderDifferences } from "./order-differences.ts";
import { positionDifferences } from "./position-differences.ts";
import { fillDifferences, type PositionLedger } from "./position-ledger.ts";
import { checkSelection, daysOf, type ReconciliationRequest, type Selection } from "./selection.ts";
import { snapshotDifferences } from "./snapshot-differences.ts";
import type { VenueStatement } from "./statement.ts";
import { statementDifferences } from "./statement-differences.ts";

/** Comparisons of records that should agree. Both throw InvalidInputError, naming the field, at the first step. */
export interface Reconciliation {
  /**
   * Orders against fills, fills and positions against the accounting, daily sums against fills, snapshots against positions;
   * streamed day by day. For one view of the database run it in a read-only transaction at repeatable read: else a fill that
   * arrives meanwhile may show as a difference.
   */
  reconcile(request: ReconciliationRequest): AsyncIterable<Difference>;
  /** What a venue says of an account against what is stored. */
  compareStatement(statement: VenueStatement): AsyncIterable<Difference>;
}

/** @returns the reconciliation of a database, or as one transaction sees it */
export function createReconciliation(scope: Queryable): Reconciliation {
  return {
    reconcile: (request) => reconcile(scope, request),
    compareStatement: (statement) => statementDifferences(scope, statement),
  };
}

async function* reconcile(scope: Queryable, request: ReconciliationRequest): AsyncGenerator<Difference> {
  const selection = checkSelection(request);
  const has = (check: Selection["checks"][number]): boolean => selection.checks.includes(check);
  const ledger: PositionLedger = new Map();
  for (const day of daysOf(selection)) {
    if (has("orders")) {
      yield* orderDifferences(scope, selection, day);
      yield* filledOrderDifferences(scope, selection, day);
    }
    if (has("positions")) yield* fillDifferences(scope, selection, day, ledger);
    if (has("daily_performance") && day.isWhole) yield* dailyDifferences(scope, selection, day);
  }
  if (has("positions")) yield* positionDifferences(scope, selection, ledger);
  if (has("snapshots")) yield* snapshotDifferences(scope, selection);
}
