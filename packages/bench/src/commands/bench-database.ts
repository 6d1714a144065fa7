// The seeded database of a run: on a server of an edition, started for it, or one that was given. Not the seeding itself.
import type { Edition } from "@app/local-server/testing";
import { connectDirect, parseConnection } from "@app/database";
import type { Dataset } from "../results/bench-report.ts";
import { seedFourWeeks } from "../four-weeks.ts";
import { putOldBarsInColumns, seedMarket } from "../seeding/market.ts";
import type { SeedProfileName } from "../seeding/seed-profile.ts";
import { type BenchServer, openBenchServer } from "../servers/bench-server.ts";

/** What a run measures on. */
export interface RunDatabase extends AsyncDisposable {
  readonly url: string;
  readonly dataset: Dataset;
  /** To make more databases on; undefined where a database was given. */
  readonly server: BenchServer | undefined;
}

const BARS = { smoke: 60_000, small: 500_000, medium: 2_000_000, large: 10_000_000, deep: 60_000 } as const;

async function rowsOf(url: string): Promise<Readonly<Record<string, number>>> {
  await using connection = await connectDirect(parseConnection(url));
  const rows: Record<string, number> = {};
  for (const table of [
    "market_data",
    "orders",
    "order_events",
    "trades",
    "portfolio_snapshots",
    "system_logs",
  ]) {
    const { rows: counted } = await connection.query<{ readonly rows: number }>(
      `select count(*)::float8 as rows from ${table}`,
    );
    rows[table] = counted[0]?.rows ?? 0;
  }
  return rows;
}

/** @throws {Error} where no server of the edition can be had */
export async function openRunDatabase(
  {
    profile,
    edition,
    databaseUrl,
    seed,
  }: {
    readonly profile: SeedProfileName;
    readonly edition: Edition;
    readonly databaseUrl: string | undefined;
    readonly seed: number;
  },
  say: (text: string) => void,
): Promise<RunDatabase> {
  if (databaseUrl !== undefined) {
    return {
      url: databaseUrl,
      dataset: { profile, seed, rowsByTable: await rowsOf(databaseUrl), seeding: undefined },
      server: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const server = await openBenchServer(edition);
  try {
    say(`seeding ${profile} on ${server.version}`);
    const { url } = await server.createDatabase();
    await using connection = await connectDirect(parseConnection(url));
    const begun = performance.now();
    await connection.script(seedMarket({ bars: BARS[profile], series: 50 }));
    const seconds = (performance.now() - begun) / 1_000;
    await connection.script(seedFourWeeks);
    if (edition === "timescale") await connection.script(putOldBarsInColumns);
    await connection.script("refresh materialized view market_overview; analyze");
    return {
      url,
      dataset: {
        profile,
        seed,
        rowsByTable: await rowsOf(url),
        seeding: {
          seconds: (performance.now() - begun) / 1_000,
          barsPerSecond: BARS[profile] / seconds,
        },
      },
      server,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
