// What follows a load of one table: the part of a maintenance run that late rows make necessary, for that table alone.

import type { ConnectionSettings } from "@app/database";

import { loadDeclaredTimeSeries } from "../declared/schema-source.ts";
import { openSession } from "../session/session.ts";
import { type BacklogOutcome, workOffBacklog } from "./backlog.ts";
import { tryMaintenanceLock } from "./maintenance-lock.ts";

/** The database and the table that was loaded. */
export interface CatchUpOptions {
  readonly connection: ConnectionSettings;
  /** The table that was loaded. */
  readonly table: string;
}

/** What was done after a load, or that it was left to another run. */
export interface CatchUpResult {
  /** False when a maintenance run was at work, which does it, or whose successor does. */
  readonly ran: boolean;
  /** What there was to do; empty where the edition has neither roll-ups nor columns. */
  readonly backlog: readonly BacklogOutcome[];
}

/**
 * Does after a load what a maintenance run would: refreshes the stale ranges of the table's roll-ups that no job refreshes,
 * and puts rows that lie beside the columns of a chunk into them. Chunks that were never converted are left to their job, or to
 * `maintain`. Killed, it is gone on with by the next, or by `maintain`.
 * @throws MigratorError, DatabaseError
 */
export async function catchUp({ connection, table }: CatchUpOptions): Promise<CatchUpResult> {
  const session = await openSession(connection.with({ applicationName: `catch up ${process.pid}` }));
  try {
    if (session.server.edition !== "timescale") return { ran: true, backlog: [] };
    await session.query("SELECT set_config('client_connection_check_interval', '1s', false)");
    const lock = await tryMaintenanceLock(session);
    if (!lock.taken) return { ran: false, backlog: [] };
    const { hypertables, continuousAggregates } = await loadDeclaredTimeSeries();
    const ofTable = <Declared extends { readonly table: string }>(all: readonly Declared[]): Declared[] =>
      all.filter((declared) => declared.table === table);
    const declared = {
      hypertables: ofTable(hypertables),
      continuousAggregates: ofTable(continuousAggregates),
    };
    const backlog = await workOffBacklog(session, declared, {
      all: false,
      onlyPartlyInColumns: true,
      dryRun: false,
    });
    await lock.release();
    return { ran: true, backlog };
  } finally {
    await session.close();
  }
}
