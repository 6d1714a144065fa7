// The mark of a seeded database: what was seeded into it, when it ends, and which steps are done. In a schema of its own, `bench`,
// which neither the migrator nor a repository looks at.
// Invariant: a database has the mark before it has the first seeded row, and a step is marked by the transaction that wrote its rows.
import type { DirectConnection, Queryable } from "@app/database";
import type { SeedFacts } from "./seed-facts.ts";
import type { AnySeedProfileName } from "./seed-profile.ts";

/**
 * Counts the changes of what is made of a seed: a database that was seeded by other code holds other rows, and is not gone on
 * with.
 */
export const SEED_FORMAT = 4;

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

/** What a database says of its seeding. */
export interface SeedMark {
  readonly profile: string;
  readonly seed: number;
  readonly format: number;
  readonly endDay: Temporal.PlainDate;
  readonly isComplete: boolean;
  /** Seconds and bars per second of a seeding that was not interrupted. */
  readonly seconds: number | undefined;
  readonly barsPerSecond: number | undefined;
  readonly rows: RowCounts | undefined;
  readonly facts: SeedFacts | undefined;
}

/** What was asked for. */
export interface SeedRequest {
  readonly profile: AnySeedProfileName;
  readonly seed: number;
  readonly format: number;
  readonly endDay: Temporal.PlainDate;
}

const CREATE = `
create schema bench;
comment on schema bench is 'Made-up data for benchmarks: this database holds nothing real.';
create table bench.seeding (
  is_only boolean primary key default true check (is_only),
  profile text not null,
  seed bigint not null,
  format integer not null,
  end_day date not null,
  begun_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  seconds double precision,
  bars_per_second double precision,
  rows jsonb,
  facts jsonb
);
create table bench.seeding_steps (
  name text primary key,
  rows jsonb not null default '{}',
  milliseconds double precision,
  finished_at timestamptz not null default clock_timestamp()
);`;

interface MarkRow {
  readonly profile: string;
  readonly seed: string;
  readonly format: number;
  readonly end_day: string;
  readonly is_complete: boolean;
  readonly seconds: number | null;
  readonly bars_per_second: number | null;
  readonly rows: RowCounts | null;
  readonly facts: SeedFacts | null;
}

/** @returns the mark; undefined where there is none */
export async function readMark(connection: Queryable): Promise<SeedMark | undefined> {
  const { rows: found } = await connection.query<{ readonly there: boolean }>(
    "select to_regclass('bench.seeding') is not null as there",
  );
  if (found[0]?.there !== true) return undefined;
  const { rows } = await connection.query<MarkRow>(
    `select profile, seed::text as seed, format, end_day::text as end_day, finished_at is not null as is_complete, seconds,
       bars_per_second, rows, facts
     from bench.seeding`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    profile: row.profile,
    seed: Number(row.seed),
    format: row.format,
    endDay: Temporal.PlainDate.from(row.end_day),
    isComplete: row.is_complete,
    seconds: row.seconds ?? undefined,
    barsPerSecond: row.bars_per_second ?? undefined,
    rows: row.rows ?? undefined,
    facts: row.facts ?? undefined,
  };
}

/** Marks an empty database. */
export async function writeMark(connection: DirectConnection, request: SeedRequest): Promise<void> {
  await connection.script(`begin;${CREATE}`);
  try {
    await connection.query(
      "insert into bench.seeding (profile, seed, format, end_day) values ($1, $2, $3, $4::date)",
      [request.profile, request.seed, request.format, request.endDay.toString()],
    );
    await connection.query("commit");
  } catch (error) {
    await connection.query("rollback");
    throw error;
  }
}

/** Says that all is there. */
export async function completeMark(
  connection: Queryable,
  {
    seconds,
    barsPerSecond,
    rows,
    facts,
  }: Pick<SeedMark, "seconds" | "barsPerSecond"> & {
    readonly rows: RowCounts;
    readonly facts: SeedFacts;
  },
): Promise<void> {
  await connection.query(
    `update bench.seeding set finished_at = clock_timestamp(), seconds = $1, bars_per_second = $2, rows = $3::jsonb, facts = $4::jsonb`,
    [seconds ?? null, barsPerSecond ?? null, JSON.stringify(rows), JSON.stringify(facts)],
  );
}

/** @returns rows of each step that is done, by its name */
export async function readStepsDone(connection: Queryable): Promise<ReadonlyMap<string, RowCounts>> {
  const { rows } = await connection.query<{ readonly name: string; readonly rows: RowCounts }>(
    "select name, rows from bench.seeding_steps",
  );
  return new Map(rows.map((row) => [row.name, row.rows]));
}
