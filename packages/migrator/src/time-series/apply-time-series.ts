// Carries out changes of time series, each in a transaction of its own with bounded tries for its locks; what refuses a
// transaction runs by itself and may be repeated. Killed anywhere, the next run plans what is still to do.

import type { RepeatableObject } from "@app/schema";

import { contentHash } from "../files/content-hash.ts";
import { firstLineOf } from "../files/sql-text.ts";
import { recordInLedger, removeFromLedger } from "../ledger/ledger.ts";
import type { Run } from "../run.ts";
import { withLockRetry } from "../session/retry.ts";
import { runStatement } from "../session/run-statement.ts";
import { inTransaction } from "../session/transaction.ts";
import { changeSql, literal } from "./change-sql.ts";
import { withExtensionFound } from "./extension-path.ts";
import { fillAggregate } from "./fill-aggregate.ts";
import { moveTableIntoHypertable } from "./move/move-table.ts";
import { declaredHash, ledgerName } from "./read-changes.ts";
import type { TimeSeriesChange } from "./time-series-change.ts";
import { timeSeriesStep } from "./time-series-steps.ts";

/** Makes every change, in order. */
export async function applyTimeSeries(
  run: Run,
  changes: readonly TimeSeriesChange[],
  repeatables: readonly RepeatableObject[],
): Promise<void> {
  if (changes.length === 0) return;
  await withExtensionFound(run.session, async () => {
    for (const [index, change] of changes.entries()) {
      const start = performance.now();
      const { kind, action, name } = timeSeriesStep(change);
      run.onEvent({ type: "step-started", kind, action, name });
      await applyChange(run, change, index, repeatables);
      run.onEvent({ type: "step-done", kind, action, name, durationMs: performance.now() - start });
    }
  });
}

async function applyChange(
  run: Run,
  change: TimeSeriesChange,
  position: number,
  repeatables: readonly RepeatableObject[],
): Promise<void> {
  const { action } = change;
  if (action.type === "create-hypertable" && action.move === "copy") {
    const { table, timeColumn, chunkInterval } = action;
    await moveTableIntoHypertable(run, { table, timeColumn, chunkInterval, repeatables });
    return;
  }
  if (action.type === "fill-aggregate") {
    await fillAggregate(run, action.aggregate);
    await record(run, "aggregate", action.aggregate.name, position, {
      hash: declaredHash("aggregate", action.aggregate),
      state: "applied",
    });
    return;
  }
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  const statements = changeSql(action);
  await withLockRetry(
    { session, connection, name: change.object, attempts, lockTimeoutMs, onEvent },
    async () =>
      inTransaction(session, lockTimeoutMs, async () => {
        for (const [index, sql] of statements.entries()) {
          const place = {
            name: change.object,
            statement: index + 1,
            statements: statements.length,
            firstLine: firstLineOf(sql),
          };
          await runStatement(session, sql, place, "Nothing of this change was kept.");
        }
        await recordChange(run, change, position);
      }),
  );
}

async function recordChange(run: Run, { action }: TimeSeriesChange, position: number): Promise<void> {
  if (action.type === "create-aggregate") {
    await record(run, "aggregate", action.aggregate.name, position, {
      hash: declaredHash("aggregate", action.aggregate),
      state: "applying",
    });
  }
  if (action.type === "replace-view") {
    await record(run, "view", action.aggregate.view, position, {
      hash: declaredHash("view", action.aggregate),
      state: "applied",
    });
  }
  if (action.type === "drop-aggregate") {
    await removeFromLedger(run.session, "declared", [ledgerName("aggregate", action.name)]);
  }
}

/** Remembers what was made, and the server's own text of it, by which a later change by hand is seen. */
async function record(
  run: Run,
  kind: "aggregate" | "view",
  name: string,
  position: number,
  { hash, state }: { readonly hash: string; readonly state: "applying" | "applied" },
): Promise<void> {
  const [row] = await run.session.query<{ definition: string }>(
    kind === "view"
      ? `SELECT pg_get_viewdef(${literal(`public.${name}`)}::regclass) AS definition`
      : `SELECT view_definition AS definition FROM timescaledb_information.continuous_aggregates
         WHERE view_schema = 'public' AND view_name = ${literal(name)}`,
  );
  await recordInLedger(run.session, {
    kind: "declared",
    name: ledgerName(kind, name),
    position,
    hash,
    state,
    statementsDone: 1,
    doneHash: contentHash(row?.definition ?? ""),
    objectKind: kind === "view" ? "view" : "continuous_aggregate",
    undo: null,
    durationMs: 0,
  });
}
