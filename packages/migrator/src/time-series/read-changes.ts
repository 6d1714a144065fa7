// The changes a live database needs: reads its state and what the ledger remembers, and plans. Reads only.

import type { TimeSeriesDeclaration } from "@app/schema";
import type { ContinuousAggregateDeclaration } from "@app/schema/time-series";

import { contentHash } from "../files/content-hash.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { MigrationSession } from "../session/session.ts";
import { aggregateSql, liveViewSql } from "./change-sql.ts";
import type { LiveState } from "./live-state.ts";
import { planTimeSeries, type RecordedDefinition } from "./plan-time-series.ts";
import { readLiveState } from "./read-live-state.ts";
import type { TimeSeriesChange } from "./time-series-change.ts";

export interface TimeSeriesSituation {
  readonly live: LiveState;
  readonly changes: readonly TimeSeriesChange[];
}

/** Hash of what the code says an aggregate, or its reading view, is. */
export function declaredHash(kind: "aggregate" | "view", aggregate: ContinuousAggregateDeclaration): string {
  return contentHash(kind === "aggregate" ? aggregateSql(aggregate) : liveViewSql(aggregate));
}

/** Name of an object in the ledger. */
export const ledgerName = (kind: "aggregate" | "view", name: string): string => `${kind} ${name}`;

/** Reads and plans. `rows` is the ledger. */
export async function readTimeSeries(
  session: MigrationSession,
  declared: TimeSeriesDeclaration,
  rows: readonly LedgerRow[],
): Promise<TimeSeriesSituation> {
  const live = await readLiveState(session, {
    tables: declared.hypertables.map(({ table }) => table),
    views: declared.continuousAggregates.map(({ view }) => view),
  });
  const changes = planTimeSeries({
    declared,
    live,
    edition: session.server.edition,
    recorded: recordedDefinitions(declared, rows),
    declaredHash,
    liveHash: contentHash,
  });
  return { live, changes };
}

function recordedDefinitions(
  { continuousAggregates }: TimeSeriesDeclaration,
  rows: readonly LedgerRow[],
): ReadonlyMap<string, RecordedDefinition> {
  const declaredRows = new Map(
    rows.filter(({ kind }) => kind === "declared").map((row) => [row.name, row] as const),
  );
  const found = (
    kind: "aggregate" | "view",
    name: string,
  ): readonly (readonly [string, RecordedDefinition])[] => {
    const row = declaredRows.get(ledgerName(kind, name));
    return row === undefined
      ? []
      : [
          [
            name,
            { declaredHash: row.hash, liveHash: row.doneHash ?? "", filled: row.state === "applied" },
          ] as const,
        ];
  };
  return new Map(
    continuousAggregates.flatMap(({ name, view }) => [...found("aggregate", name), ...found("view", view)]),
  );
}
