// Takes down what stands on the tables before they go themselves: the aggregates, the views that read them, and the jobs
// that would call a procedure that is gone. Policies and settings go with their tables. Never puts anything back.

import { quoteIdentifier } from "@app/database";
import type { TimeSeriesDeclaration } from "@app/schema";

import { removeFromLedger } from "../ledger/ledger.ts";
import type { Run } from "../run.ts";
import { procedures } from "./job-changes.ts";
import { ledgerName } from "./read-changes.ts";

/** The caller owns the transaction. */
export async function dropTimeSeries(
  { session }: Run,
  { continuousAggregates }: TimeSeriesDeclaration,
): Promise<void> {
  if (session.server.edition !== "timescale") return;
  await session.query(
    `SELECT ${session.server.timescaleSchema}.delete_job(job_id) FROM timescaledb_information.jobs
     WHERE proc_schema || '.' || proc_name = $1`,
    [procedures.heldRetention],
  );
  // The longest first; each is made from the one before it. The views come first, since they read them.
  for (const { name, view } of continuousAggregates.toReversed()) {
    await session.query(`DROP VIEW IF EXISTS public.${quoteIdentifier(view)}`);
    await session.query(`DROP MATERIALIZED VIEW IF EXISTS public.${quoteIdentifier(name)}`);
    await removeFromLedger(session, "declared", [ledgerName("aggregate", name), ledgerName("view", view)]);
  }
}
