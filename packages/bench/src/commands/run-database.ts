// The seeded database of a run: the one of its profile and seed on a server of an edition, or one that was given. Not the seeding itself.
import type { Edition } from "@app/local-server/testing";
import type { Dataset } from "../results/bench-report.ts";
import { openEditionDatabase } from "../seeding/edition-database.ts";
import { openSeededDatabase, type SeededDatabase } from "../seeding/open-seeded-database.ts";
import type { SeedProfileName } from "../seeding/seed-profile.ts";
import { SeedRefusal } from "../seeding/seed-refusal.ts";
import { type BenchServer, openBenchServer } from "../servers/bench-server.ts";
import { holdServer } from "../servers/hold-server.ts";

/** Which database. */
export interface RunDatabaseOptions {
  readonly profile: SeedProfileName;
  readonly seed: number;
  readonly edition: Edition;
  /** Taken instead of a server of the edition. */
  readonly databaseUrl: string | undefined;
}

/** What a run measures on. */
export interface RunDatabase extends AsyncDisposable {
  readonly url: string;
  /** As a role that may switch triggers off. */
  readonly superuserUrl: string;
  readonly dataset: Dataset;
  /** To make more databases on; undefined where a database was given. */
  readonly server: BenchServer | undefined;
}

const SAY_EVERY_MILLISECONDS = 5_000;

/** Says how far seeding is, now and then. */
function createProgress(
  say: (text: string) => void,
): (state: { readonly done: number; readonly total: number }) => void {
  let last = performance.now();
  return ({ done, total }) => {
    if (performance.now() - last < SAY_EVERY_MILLISECONDS) return;
    last = performance.now();
    say(`seeding: ${Math.floor((done / total) * 100)} %`);
  };
}

/** @throws {SeedRefusal} where the database that was given was not seeded, or otherwise; {Error} where no server of the edition can be had */
export async function openRunDatabase(
  { profile, seed, edition, databaseUrl }: RunDatabaseOptions,
  say: (text: string) => void,
): Promise<RunDatabase> {
  const onProgress = createProgress(say);
  if (databaseUrl !== undefined) {
    // An empty one may be somebody's new one: it is seeded by the command that says so.
    const { description } = await openSeededDatabase({
      url: databaseUrl,
      profile,
      seed,
      mayBegin: false,
      onProgress,
    });
    return {
      url: databaseUrl,
      superuserUrl: databaseUrl,
      dataset: description,
      server: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  await using stack = new AsyncDisposableStack();
  const hold = stack.use(await holdServer(edition));
  const database = await openEditionDatabase(hold, edition, profile, seed);
  const { url, superuserUrl } = database;
  const open = (): Promise<SeededDatabase> =>
    openSeededDatabase({ url, superuserUrl, profile, seed, onProgress });
  say(`${hold.version}: profile ${profile}, seed ${seed}`);
  let seeded: SeededDatabase;
  try {
    seeded = await open();
  } catch (error) {
    if (!(error instanceof SeedRefusal && (error.code === "too-old" || error.code === "other-seeding")))
      throw error;
    // The database is the suite's own, by its name.
    say(`${error.message} It is made anew.`);
    await database.renew();
    seeded = await open();
  }
  const { wasReused, description } = seeded;
  // Without seconds where an earlier command had begun it.
  const time = description.seeding === undefined ? "" : ` in ${description.seeding.seconds.toFixed(0)} s`;
  say(wasReused ? "found seeded" : `seeded${time}`);
  const server = stack.use(await openBenchServer(edition, hold));
  const held = stack.move();
  return {
    url,
    superuserUrl,
    dataset: seeded.description,
    server,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
