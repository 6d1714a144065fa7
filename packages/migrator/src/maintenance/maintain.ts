// One maintenance run: what the declaration wants of retention and the server has no job for, then what late bars left
// to do (backlog.ts), then market_overview brought up to date. Safe to run from cron, twice at once, and to kill at any
// moment: every step commits by itself and is found done, or not begun, by the next run.

import { quoteIdentifier } from "@app/database";
import type { ConnectionSettings } from "@app/database";
import type { TimeSeriesDeclaration } from "@app/schema";
import type { Duration } from "@app/schema/time-series";

import { loadDeclaredTimeSeries } from "../declared/schema-source.ts";
import { type LockHolder, UnsuitableServerError } from "../errors.ts";
import type { ServerDescription } from "../session/server-description.ts";
import { type MigrationSession, openSession } from "../session/session.ts";
import { countRows, deleteRows } from "./delete-rows.ts";
import { dropChunks } from "./drop-chunks.ts";
import { type BacklogOutcome, workOffBacklog } from "./backlog.ts";
import type { MaintenanceListener } from "./maintenance-event.ts";
import { tryMaintenanceLock } from "./maintenance-lock.ts";
import type { RetentionOutcome, RetentionTask } from "./retention-task.ts";

/** What one maintenance run works on, and how much of it it does. */
export interface MaintainOptions {
  readonly connection: ConnectionSettings;
  /** @defaultValue the declaration of `@app/schema` */
  readonly declared?: TimeSeriesDeclaration;
  /** Also does at once what a job of the server does in its time. @defaultValue false */
  readonly all?: boolean;
  /** Counts only. @defaultValue false */
  readonly dryRun?: boolean;
  /** Rows of one transaction, where rows are deleted. @defaultValue 5 000 */
  readonly batchRows?: number;
  /** Told what the run does while it goes. @defaultValue nobody is told */
  readonly onEvent?: MaintenanceListener;
}

/** What one maintenance run did, or in a dry run would do. */
export interface MaintainResult {
  readonly server: ServerDescription;
  readonly dryRun: boolean;
  /** False when another run was at work, so that this one did nothing; `otherRun` says who, where that is known. */
  readonly ran: boolean;
  /** Null when this one ran, and when the other ended in the meantime. */
  readonly otherRun: LockHolder | null;
  /** One per table whose retention is declared; empty when this run did nothing. */
  readonly retention: readonly RetentionOutcome[];
  /** Stale roll-ups that were refreshed and old chunks that were converted; empty where there were none. */
  readonly backlog: readonly BacklogOutcome[];
  /** Whether `market_overview` was brought up to date; a dry run leaves it. */
  readonly overviewRefreshed: boolean;
  readonly durationMs: number;
}

/** Runs maintenance once. @throws MigratorError */
export async function maintain(options: MaintainOptions): Promise<MaintainResult> {
  const start = performance.now();
  const { dryRun = false } = options;
  const session = await openSession(options.connection.with({ applicationName: `maintain ${process.pid}` }));
  try {
    await requireMaintainable(session, dryRun);
    // A run that is killed in a statement must not go on in it without anyone.
    await session.query("SELECT set_config('client_connection_check_interval', '1s', false)");
    const result = { server: session.server, dryRun, otherRun: null };
    const declared = options.declared ?? (await loadDeclaredTimeSeries());
    const durationMs = (): number => performance.now() - start;
    if (dryRun) {
      const done = await runTasks(session, declared, options);
      return { ...result, ran: true, ...done, overviewRefreshed: false, durationMs: durationMs() };
    }
    const lock = await tryMaintenanceLock(session);
    if (!lock.taken) {
      const nothing = { ran: false, retention: [], backlog: [], overviewRefreshed: false };
      return { ...result, ...nothing, otherRun: lock.holder ?? null, durationMs: durationMs() };
    }
    const done = await runTasks(session, declared, options);
    await refreshOverview(session, options.onEvent);
    await lock.release();
    return { ...result, ran: true, ...done, overviewRefreshed: true, durationMs: durationMs() };
  } finally {
    await session.close();
  }
}

async function requireMaintainable(session: MigrationSession, dryRun: boolean): Promise<void> {
  const { database, readOnly } = session.server;
  if (readOnly && !dryRun) {
    throw new UnsuitableServerError(
      "server-read-only",
      "This server is a standby or set to read-only, so nothing can be removed here: point DATABASE_URL at the primary.",
    );
  }
  const [row] = await session.query<{ readonly migrated: boolean }>(
    `SELECT to_regprocedure('public.drop_expired_chunks(integer, jsonb)') IS NOT NULL
       AND to_regclass('public.market_overview') IS NOT NULL AS migrated`,
  );
  if (row?.migrated !== true) {
    throw new UnsuitableServerError(
      "database-not-migrated",
      `The database "${database}" is not what this code expects: run \`pnpm migrate\` first.`,
    );
  }
}

async function runTasks(
  session: MigrationSession,
  declared: TimeSeriesDeclaration,
  options: MaintainOptions,
): Promise<Pick<MaintainResult, "retention" | "backlog">> {
  const retention = await runRetention(session, declared, options);
  const { all = false, dryRun = false, onEvent } = options;
  const backlog =
    session.server.edition === "timescale"
      ? await workOffBacklog(session, declared, { all, onlyPartlyInColumns: false, dryRun, onEvent })
      : [];
  return { retention, backlog };
}

async function runRetention(
  session: MigrationSession,
  { hypertables }: TimeSeriesDeclaration,
  { all = false, dryRun = false, batchRows = 5000, onEvent }: MaintainOptions,
): Promise<readonly RetentionOutcome[]> {
  const outcomes: RetentionOutcome[] = [];
  for (const { table, timeColumn, retention } of hypertables) {
    if (retention === undefined) continue;
    const { dropAfter, holdColumn = null } = retention;
    const before = await readCutoff(session, dropAfter);
    const recordedColumn = await readRecordedColumn(session, table);
    const task: RetentionTask = { table, timeColumn, dropAfter, holdColumn, recordedColumn, before };
    const start = performance.now();
    onEvent?.({ type: "retention-started", table, before });
    const outcome = await runTask(session, task, { all, dryRun, batchRows, onEvent });
    onEvent?.({ type: "retention-done", outcome, durationMs: performance.now() - start });
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Name of the column in which the database keeps the moment of recording; null where the table has none. */
async function readRecordedColumn(session: MigrationSession, table: string): Promise<string | null> {
  const rows = await session.query(
    `SELECT FROM pg_attribute
     WHERE attrelid = $1::regclass AND attname = 'recorded_at' AND NOT attisdropped`,
    [`public.${quoteIdentifier(table)}`],
  );
  return rows.length === 0 ? null : "recorded_at";
}

interface TaskOptions {
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly batchRows: number;
  readonly onEvent: MaintenanceListener | undefined;
}

async function runTask(
  session: MigrationSession,
  task: RetentionTask,
  { all, dryRun, batchRows, onEvent }: TaskOptions,
): Promise<RetentionOutcome> {
  const { table, before } = task;
  const means = await readMeans(session, table);
  if (means.job !== null && !all) return { means: "job", table, before, job: means.job };
  if (means.isHypertable) return dropChunks(session, task, dryRun);
  if (dryRun) return countRows(session, task);
  const onProgress = (removed: number): void => onEvent?.({ type: "rows-removed", table, removed });
  return deleteRows(session, task, { batchRows, onProgress });
}

async function readCutoff(session: MigrationSession, dropAfter: Duration): Promise<string> {
  const [row] = await session.query<{ readonly before: string }>(
    `SELECT to_char(now() - $1::interval, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS before`,
    [dropAfter],
  );
  if (row === undefined) throw new TypeError("A SELECT without FROM gave no row.");
  return row.before;
}

interface Means {
  readonly isHypertable: boolean;
  /** The job that does it. */
  readonly job: number | null;
}

/** Asked of the database and not of its edition: a table may not be converted yet, a job may have been removed. */
async function readMeans(session: MigrationSession, table: string): Promise<Means> {
  if (session.server.edition === "postgres") return { isHypertable: false, job: null };
  const [row] = await session.query<Means>(
    `SELECT EXISTS (
       SELECT FROM timescaledb_information.hypertables
       WHERE hypertable_schema = 'public' AND hypertable_name = $1) AS "isHypertable",
     (SELECT min(job_id) FROM timescaledb_information.jobs
      WHERE scheduled AND proc_schema = 'public' AND proc_name = 'drop_expired_chunks'
        AND coalesce(config ->> 'schema', 'public') = 'public' AND config ->> 'hypertable' = $1) AS job`,
    [table],
  );
  return row ?? { isHypertable: false, job: null };
}

async function refreshOverview(
  session: MigrationSession,
  onEvent: MaintenanceListener | undefined,
): Promise<void> {
  const start = performance.now();
  await session.query("REFRESH MATERIALIZED VIEW CONCURRENTLY public.market_overview");
  onEvent?.({ type: "overview-refreshed", durationMs: performance.now() - start });
}
