// Stores snapshots and reads them back with the peak the database keeps. Invariant: an id is stored once; the same id with
// other contents is refused, and then nothing of the call is kept.
import { isDeepStrictEqual } from "node:util";
import {
  ConflictError,
  InvalidInputError,
  jsonParameter,
  NotFoundError,
  type Transaction,
} from "@app/database";
import { objectField } from "../input/object-field.ts";
import { recordList } from "../input/record-list.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { isSameAmount } from "../amounts/exact-decimal.ts";
import { byWeek } from "../paging/by-week.ts";
import { checkSnapshot, type NewSnapshot, type Snapshot, type SnapshotContents } from "./snapshot.ts";

const COLUMNS = [
  { field: "id", column: "id", type: "uuid" },
  { field: "takenAt", column: "taken_at", type: "timestamptz" },
  { field: "account", column: "account", type: "text" },
  { field: "strategyId", column: "strategy_id", type: "uuid" },
  { field: "currency", column: "currency", type: "text" },
  { field: "equity", column: "equity", type: "numeric" },
  { field: "cash", column: "cash", type: "numeric" },
  { field: "longExposure", column: "long_exposure", type: "numeric" },
  { field: "shortExposure", column: "short_exposure", type: "numeric" },
  { field: "realizedPnl", column: "realized_pnl", type: "numeric" },
  { field: "unrealizedPnl", column: "unrealized_pnl", type: "numeric" },
  { field: "marginUsed", column: "margin_used", type: "numeric" },
  { field: "marginUsedPercentage", column: "margin_used_percentage", type: "numeric" },
  { field: "largestPositionPercentage", column: "largest_position_percentage", type: "numeric" },
  { field: "openPositions", column: "open_positions", type: "integer" },
  { field: "valueAtRisk95", column: "value_at_risk_95", type: "numeric" },
  { field: "valueAtRisk99", column: "value_at_risk_99", type: "numeric" },
  { field: "expectedShortfall95", column: "expected_shortfall_95", type: "numeric" },
  { field: "volatilityPercentage", column: "volatility_percentage", type: "numeric" },
  { field: "holdings", column: "holdings", type: "jsonb" },
  { field: "source", column: "source", type: "text" },
] as const satisfies readonly {
  readonly field: keyof SnapshotContents;
  readonly column: string;
  readonly type: string;
}[];

type Column = (typeof COLUMNS)[number];

/** What makes a snapshot the one that was sent. */
export type ContentField = Column["field"];

const names = COLUMNS.map(({ column }) => column).join(", ");

const APPEND = `insert into portfolio_snapshots (${names})
select ${names}
from unnest(${COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(", ")}) as s (${names})
on conflict (id, taken_at) do nothing`;

/** Checks snapshots. @throws {InvalidInputError} naming the field, `snapshots[3].equity` */
export function checkSnapshots(snapshots: readonly NewSnapshot[]): readonly SnapshotContents[] {
  return recordList("snapshots", snapshots).map((snapshot, index) => {
    objectField(`snapshots[${index}]`, snapshot);
    try {
      return checkSnapshot(snapshot);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const place = `snapshots[${index}].`;
      throw new InvalidInputError(`${place}${error.message}`, { field: `${place}${error.field ?? ""}` });
    }
  });
}

/** Stores snapshots, all or none. @returns them as they are stored, in the order given */
export async function appendSnapshots(
  scope: Scope,
  snapshots: readonly SnapshotContents[],
  compared?: readonly ContentField[],
): Promise<readonly Snapshot[]> {
  if (snapshots.length === 0) return [];
  return scope.atomically(
    async (transaction) => {
      // Two sessions that append the same ids wait for each other in one order of ids.
      const ordered = snapshots.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      await transaction.query({
        name: "portfolio_snapshots.append",
        text: APPEND,
        values: COLUMNS.map(({ field }) =>
          ordered.map((snapshot) => {
            const value = snapshot[field];
            return field === "holdings" && value !== null ? jsonParameter(value) : value;
          }),
        ),
      });
      const stored = await readBack(transaction, ordered);
      return snapshots.map((given) => {
        const found = stored.get(given.id);
        if (found === undefined)
          throw new NotFoundError(`Snapshot ${given.id} was deleted while it was stored.`);
        requireSame(given, found, compared);
        return found;
      });
    },
    { idempotent: true },
  );
}

/** Reads by id, as they are stored now. */
async function readBack(
  transaction: Transaction,
  ordered: readonly SnapshotContents[],
): Promise<ReadonlyMap<string, Snapshot>> {
  const stored = new Map<string, Snapshot>();
  for (const { from, to, items } of byWeek(ordered, ({ takenAt }) => takenAt)) {
    const ids = items.map(({ id }) => id);
    const { rows } = await transaction.query<Snapshot>(
      catalogued("portfolio_snapshots.get_many", { ids, from, to }),
    );
    for (const row of rows) {
      // The key is (id, taken_at). The lock of the curve makes a second session see the row of the first here.
      if (stored.has(row.id)) throw conflict(row.id, { field: "takenAt", column: "taken_at" });
      stored.set(row.id, row);
    }
  }
  return stored;
}

function requireSame(given: SnapshotContents, stored: Snapshot, compared?: readonly ContentField[]): void {
  const differing = COLUMNS.find(
    (column) =>
      (compared === undefined || compared.includes(column.field)) &&
      !isSame(column, given[column.field], stored[column.field]),
  );
  if (differing !== undefined) throw conflict(given.id, differing);
}

function conflict(id: string, { field, column }: Pick<Column, "field" | "column">): ConflictError {
  return new ConflictError(`Snapshot ${id} is already stored with another ${field}.`, {
    table: "portfolio_snapshots",
    column,
    field,
  });
}

function isSame({ type }: Column, given: unknown, stored: unknown): boolean {
  if (given instanceof Temporal.Instant) return stored instanceof Temporal.Instant && given.equals(stored);
  if (type === "numeric" && typeof given === "string" && typeof stored === "string") {
    return isSameAmount(given, stored);
  }
  return isDeepStrictEqual(given, stored);
}
