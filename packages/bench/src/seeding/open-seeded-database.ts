// The one door to seeded data: gives a database with the rows of a profile, seeded now, gone on with, or found as it was left.
// Invariant: a database that holds anything else is refused before a row is written; what was seeded is never mixed with data of
// another origin.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import type { Dataset } from "../results/bench-report.ts";
import type { SeedProgressListener } from "./seed-database.ts";
import type { SeedFacts } from "./seed-facts.ts";
import { readMark, SEED_FORMAT, type SeedMark, writeMark } from "./seed-mark.ts";
import { seedProfiles, type AnySeedProfileName } from "./seed-profile.ts";
import { SeedRefusal } from "./seed-refusal.ts";

/**
 * Days a data set may be old and still count as ending now: bars go into columns at that age, so after it no chunk would be as
 * the newest ones of a running system are.
 */
export const MOST_DAYS_OLD = 7;

/** What to open. */
export interface SeededDatabaseOptions {
  /** As the role that owns the tables, or will. */
  readonly url: string;
  /**
   * As a role that may switch triggers off: a superuser, or one with SET on `session_replication_role`.
   * @defaultValue `url`
   */
  readonly superuserUrl?: string | undefined;
  readonly profile: AnySeedProfileName;
  /** Two seeds give different rows, the same one the same. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** The first day without rows, where the database is not seeded yet. @defaultValue today, UTC */
  readonly endDay?: Temporal.PlainDate | undefined;
  /** Whether an empty database may be made one for benchmarks; one whose seeding was begun is gone on with. @defaultValue true */
  readonly mayBegin?: boolean | undefined;
  readonly onProgress?: SeedProgressListener | undefined;
}

/** A database with seeded rows. */
export interface SeededDatabase {
  readonly url: string;
  readonly description: Dataset;
  readonly facts: SeedFacts;
  /** Whether everything was there already. */
  readonly wasReused: boolean;
}

/** Tables of the schema that hold something only when somebody put it there. */
const tables = [
  "strategies",
  "orders",
  "trades",
  "market_data",
  "portfolio_snapshots",
  "system_logs",
  "audit_log",
] as const;

const LOCK = "hashtextextended('bench.seeding', 0)";
const LOCK_PATIENCE_MILLISECONDS = 20_000;

/** @throws SeedRefusal naming what the database holds */
async function requireEmpty(connection: DirectConnection): Promise<void> {
  const { rows } = await connection.query<{ readonly name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$|_?timescaledb)' and n.nspname <> 'bench'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
     order by 1`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const isOurs = rows.some(({ name }) => name === "public.schema_migrations");
  if (!isOurs) {
    throw new SeedRefusal(
      "other-data",
      `The database "${databaseOf(connection)}" holds tables that are not of this schema (${first.name}), so no made-up rows are put beside them: name an empty database.`,
    );
  }
  for (const table of tables) {
    if (!rows.some(({ name }) => name === `public.${table}`)) continue;
    const { rowCount } = await connection.query(`select from ${table} limit 1`);
    if (rowCount === 0) continue;
    throw new SeedRefusal(
      "other-data",
      `The database "${databaseOf(connection)}" has rows in ${table} that were not seeded, and made-up rows are never mixed with others: name an empty database.`,
    );
  }
}

const databaseOf = (connection: DirectConnection): string => connection.settings.database;

/** @throws SeedRefusal where the role may not switch triggers off */
async function requireRights(connection: DirectConnection): Promise<void> {
  const { rows } = await connection.query<{ readonly may: boolean; readonly role: string }>(
    "select has_parameter_privilege('session_replication_role', 'SET') as may, current_user as role",
  );
  const [row] = rows;
  if (row?.may === true) return;
  throw new SeedRefusal(
    "no-rights",
    `Seeding loads rows past the triggers, and the role ${row?.role ?? ""} may not: connect as a superuser, or have one GRANT SET ON PARAMETER session_replication_role TO it.`,
  );
}

/** @throws SeedRefusal where what was seeded is not what was asked for, or not recent */
function requireSame(
  mark: SeedMark,
  database: string,
  {
    profile,
    seed,
    today,
  }: { readonly profile: string; readonly seed: number; readonly today: Temporal.PlainDate },
): void {
  if (mark.profile !== profile || mark.seed !== seed || mark.format !== SEED_FORMAT) {
    const made = mark.format === SEED_FORMAT ? "" : " by another version of the seeding";
    throw new SeedRefusal(
      "other-seeding",
      `The database "${database}" was seeded with profile ${mark.profile} and seed ${mark.seed}${made}: drop it, or name another.`,
    );
  }
  const age = mark.endDay.until(today, { largestUnit: "days" }).days;
  if (age > MOST_DAYS_OLD) {
    throw new SeedRefusal(
      "too-old",
      `What was seeded into the database "${database}" ends ${age} days ago, and is used for ${MOST_DAYS_OLD} days: drop it, and seed anew.`,
    );
  }
}

/** Of two that seed one database the second waits a moment: the first may be one that was killed. */
async function lock(connection: DirectConnection): Promise<void> {
  const until = performance.now() + LOCK_PATIENCE_MILLISECONDS;
  for (;;) {
    const { rows } = await connection.query<{ readonly taken: boolean }>(
      `select pg_try_advisory_lock(${LOCK}) as taken`,
    );
    if (rows[0]?.taken === true) return;
    if (performance.now() > until) {
      throw new SeedRefusal(
        "busy",
        `The database "${databaseOf(connection)}" is being seeded by another process.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * @returns the edition. Jobs of the server are put off, since they would convert and drop chunks meanwhile and afterwards; not
 * switched off, so that they are as declared.
 */
async function settleServer(
  connection: DirectConnection,
): Promise<"postgres" | "timescale" | "timescale-apache"> {
  const { rows } = await connection.query<{ readonly license: string | null }>(
    `select case when exists (select from pg_extension where extname = 'timescaledb')
       then current_setting('timescaledb.license', true) end as license`,
  );
  const license = rows[0]?.license ?? undefined;
  if (license === undefined) return "postgres";
  await connection.query(
    "select alter_job(job_id, next_start => now() + interval '30 days') from timescaledb_information.jobs where job_id >= 1000",
  );
  return license === "timescale" ? "timescale" : "timescale-apache";
}

function opened(url: string, mark: SeedMark, wasReused: boolean): SeededDatabase | undefined {
  const { rows, facts, seconds, barsPerSecond } = mark;
  if (!mark.isComplete || rows === undefined || facts === undefined) return undefined;
  return {
    url,
    wasReused,
    facts,
    description: {
      profile: mark.profile,
      seed: mark.seed,
      rowsByTable: rows,
      seeding:
        wasReused || seconds === undefined || barsPerSecond === undefined
          ? undefined
          : { seconds, barsPerSecond },
    },
  };
}

/**
 * Opens a database with the rows of a profile; migrates and seeds it where it is empty, goes on where a run was interrupted.
 *
 * @throws SeedRefusal where it holds anything else
 * @throws {DatabaseError} where the server refuses or is gone; what is done stays, and the next call goes on
 */
export async function openSeededDatabase(options: SeededDatabaseOptions): Promise<SeededDatabase> {
  const { url, superuserUrl = url, profile, seed = 1, mayBegin = true, onProgress } = options;
  const today = Temporal.Now.plainDateISO("UTC");
  await using connection = await connectDirect(parseConnection(superuserUrl));
  const found = await readMark(connection);
  if (found !== undefined) {
    requireSame(found, databaseOf(connection), { profile, seed, today });
    const there = opened(url, found, true);
    if (there !== undefined) return there;
  } else if (!mayBegin) {
    throw new SeedRefusal(
      "not-seeded",
      `The database "${databaseOf(connection)}" was not seeded for benchmarks, which an empty one is for good: if it is meant to be, run pnpm bench:seed --profile ${profile} --seed ${seed} --database-url with its address first.`,
    );
  }
  await requireRights(connection);
  await lock(connection);
  let mark = await readMark(connection);
  if (mark === undefined) {
    await requireEmpty(connection);
    const { migrateDatabase } = await import("@app/migrator");
    await migrateDatabase(url);
    await writeMark(connection, { profile, seed, format: SEED_FORMAT, endDay: options.endDay ?? today });
    mark = await readMark(connection);
    if (mark === undefined) throw new TypeError("The mark that was written is not there.");
  }
  const edition = await settleServer(connection);
  if (!mark.isComplete) {
    // Loaded when there is something to do: one that is there already is opened in a moment.
    const { createSeedHistory } = await import("./seed-history.ts");
    const { seedDatabase } = await import("./seed-database.ts");
    const history = createSeedHistory(seedProfiles[profile], seed, mark.endDay);
    await seedDatabase({ superuserUrl, edition, history, onProgress });
  }
  const complete = await readMark(connection);
  const seeded = complete === undefined ? undefined : opened(url, complete, false);
  if (seeded === undefined) throw new TypeError("Seeding ended without completing its mark.");
  return seeded;
}
