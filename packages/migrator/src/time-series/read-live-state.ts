// Reads the time-series state of schema public, and of nothing else. Every query is bound to that schema: another
// schema's table of the same name is none of ours.

import type { MigrationSession } from "../session/session.ts";
import type { LiveAggregate, LiveHypertable, LiveJob, LiveState, LiveTable, LiveView } from "./live-state.ts";

/** SQL: an interval expression in the two parts of `Interval`. */
const parts = (interval: string): string =>
  `jsonb_build_object('months', extract(year from ${interval}) * 12 + extract(month from ${interval}),
    'microseconds', extract(day from ${interval}) * 86400000000 + extract(hour from ${interval}) * 3600000000
      + extract(minute from ${interval}) * 60000000 + extract(microseconds from ${interval}))`;

// A job belongs to a table by its policy, or by the name in its configuration where it calls a procedure of ours.
const jobsSql = `
SELECT coalesce(j.hypertable_name::text, j.config ->> 'hypertable') AS target,
  jsonb_build_object(
    'id', j.job_id,
    'procedure', j.proc_schema || '.' || j.proc_name,
    'scheduled', j.scheduled,
    'scheduleInterval', ${parts("j.schedule_interval")},
    'config', coalesce(j.config, '{}'),
    'intervals', (
      SELECT coalesce(jsonb_object_agg(key, ${parts("(value::interval)")}), '{}')
      FROM jsonb_each_text(j.config)
      WHERE key IN ('drop_after', 'compress_after', 'start_offset', 'end_offset') AND value IS NOT NULL),
    'consecutiveFailures', coalesce(s.consecutive_failures, 0),
    'lastError', CASE WHEN s.last_run_success IS FALSE THEN coalesce((
      SELECT e.err_message FROM timescaledb_information.job_errors e
      WHERE e.job_id = j.job_id ORDER BY e.finish_time DESC LIMIT 1), 'no text was kept') END) AS job
FROM timescaledb_information.jobs j
LEFT JOIN _timescaledb_internal.bgw_job_stat s ON s.job_id = j.job_id
WHERE j.job_id >= 1000 AND (j.hypertable_schema = 'public'
  OR (j.hypertable_schema IS NULL AND coalesce(j.config ->> 'schema', 'public') = 'public' AND j.config ? 'hypertable'))
ORDER BY j.job_id`;

const hypertablesSql = `
SELECT h.hypertable_name::text AS table, d.column_name::text AS "timeColumn",
  ${parts("d.time_interval")} AS "chunkInterval", h.num_chunks::int AS chunks
FROM timescaledb_information.hypertables h
JOIN timescaledb_information.dimensions d
  ON d.hypertable_schema = h.hypertable_schema AND d.hypertable_name = h.hypertable_name AND d.dimension_number = 1
WHERE h.hypertable_schema = 'public'
ORDER BY 1`;

const columnstoresSql = `
SELECT coalesce(a.view_name::text, c.relname::text) AS name,
  s.segmentby AS "segmentBy", s.orderby AS "orderBy", s.index AS indexes,
  CASE WHEN s.compress_interval_length IS NOT NULL THEN ${parts("(s.compress_interval_length::interval)")} END AS "rollUpChunksTo"
FROM timescaledb_information.hypertable_columnstore_settings s
JOIN pg_class c ON c.oid = s.hypertable
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = c.relnamespace::regnamespace::text
    AND a.materialization_hypertable_name = c.relname
WHERE CASE WHEN a.view_name IS NULL THEN c.relnamespace = 'public'::regnamespace ELSE a.view_schema = 'public' END
  AND s.orderby IS NOT NULL`;

const aggregatesSql = `
SELECT view_name::text AS name, materialized_only AS "materializedOnly", view_definition AS definition
FROM timescaledb_information.continuous_aggregates
WHERE view_schema = 'public' ORDER BY 1`;

const tablesSql = `
SELECT c.relname::text AS table
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY ($1::text[])
ORDER BY 1`;

const viewsSql = `
SELECT c.relname::text AS name, pg_get_viewdef(c.oid) AS definition
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND c.relname = ANY ($1::text[])
ORDER BY 1`;

interface ColumnstoreRow {
  readonly name: string;
  readonly segmentBy: string | null;
  readonly orderBy: string;
  readonly indexes:
    | readonly { readonly type?: string; readonly column?: string; readonly source: string }[]
    | null;
  readonly rollUpChunksTo: LiveHypertable["chunkInterval"] | null;
}

/** Reads the state; `tables` and `views` are the names that are declared. */
export async function readLiveState(
  session: MigrationSession,
  { tables, views }: { readonly tables: readonly string[]; readonly views: readonly string[] },
): Promise<LiveState> {
  const hasTimescale = session.server.edition !== "postgres";
  const isCommunity = session.server.edition === "timescale";
  const hypertables = hasTimescale
    ? await session.query<Omit<LiveHypertable, "columnstore" | "jobs">>(hypertablesSql)
    : [];
  const aggregates = hasTimescale
    ? await session.query<Omit<LiveAggregate, "columnstore" | "jobs">>(aggregatesSql)
    : [];
  const columnstores = isCommunity ? await session.query<ColumnstoreRow>(columnstoresSql) : [];
  const jobs = isCommunity
    ? await session.query<{ readonly target: string; readonly job: LiveJob }>(jobsSql)
    : [];
  const settingsOf = (name: string): Pick<LiveHypertable, "columnstore" | "jobs"> => ({
    columnstore: columnstoreOf(columnstores.find((row) => row.name === name)),
    jobs: jobs.filter(({ target }) => target === name).map(({ job }) => job),
  });
  const hypertableNames = new Set(hypertables.map(({ table }) => table));
  const plain = tables.filter((table) => !hypertableNames.has(table));
  return {
    hypertables: hypertables.map((row) => ({ ...row, ...settingsOf(row.table) })),
    aggregates: aggregates.map((row) => ({ ...row, ...settingsOf(row.name) })),
    tables: hasTimescale ? await readTables(session, plain) : [],
    views: await session.query<LiveView>(viewsSql, [views]),
  };
}

async function readTables(
  session: MigrationSession,
  names: readonly string[],
): Promise<readonly LiveTable[]> {
  const found = await session.query<Omit<LiveTable, "hasRows">>(tablesSql, [names]);
  const tables: LiveTable[] = [];
  for (const row of found) {
    const [answer] = await session.query<{ hasRows: boolean }>(
      `SELECT EXISTS (SELECT FROM public.${quoted(row.table)}) AS "hasRows"`,
    );
    tables.push({ ...row, hasRows: answer?.hasRows ?? false });
  }
  return tables;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function columnstoreOf(row: ColumnstoreRow | undefined): LiveHypertable["columnstore"] {
  if (row === undefined) return null;
  return {
    segmentBy: splitNames(row.segmentBy ?? ""),
    orderBy: splitNames(row.orderBy, false).map((item) => {
      const match = /^(.*?)(?: (ASC|DESC))?(?: NULLS (?:FIRST|LAST))?$/iu.exec(item);
      return {
        column: unquoted(match?.[1] ?? item),
        direction: match?.[2]?.toUpperCase() === "DESC" ? "desc" : "asc",
      };
    }),
    sparseIndexes: sparseIndexesOf(row.indexes ?? []),
    rollUpChunksTo: row.rollUpChunksTo,
  };
}

/** That none are wanted is an entry too, with a source and nothing else; without any the server chooses. */
function sparseIndexesOf(
  indexes: NonNullable<ColumnstoreRow["indexes"]>,
): NonNullable<LiveHypertable["columnstore"]>["sparseIndexes"] {
  const configured = indexes.filter(({ source }) => source === "config");
  if (configured.length === 0) return null;
  return configured.flatMap(({ type, column }) =>
    type === undefined || column === undefined ? [] : [{ kind: type, column }],
  );
}

/** Parts a list of identifiers at its commas; a quoted one may hold commas. */
function splitNames(list: string, unquote = true): string[] {
  const items = list.match(/(?:"(?:[^"]|"")*"|[^,"])+/gu) ?? [];
  return items.map((item) => (unquote ? unquoted(item.trim()) : item.trim()));
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
