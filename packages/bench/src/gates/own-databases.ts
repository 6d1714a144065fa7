// Databases beside the seeded one, for gates that compare sizes and for the benchmarks of the repositories, which have seeds of their own.
// Each is made on first demand, and removed with the server.
import { connectDirect, parseConnection } from "@app/database";
import { type BenchSize, createContext } from "../repositories/benchmark.ts";
import { seedFills } from "../seeding/by-sql/fills-and-orders.ts";
import { seedMarket } from "../seeding/by-sql/bars.ts";
import type { BenchDatabase, BenchServer } from "../servers/bench-server.ts";
import type { Effort, OwnDatabases } from "./gate.ts";
import { GROWTH_SCALE } from "./growth-gate.ts";

/** Rows of the smaller one of two sizes that are compared, as a share of what the benchmarks seed. */
const SHARE = 0.05;

async function seedScale(server: BenchServer, size: BenchSize, scale: number): Promise<BenchDatabase> {
  const rows = (count: number): number => Math.ceil(count * SHARE) * scale;
  const database = await server.createDatabase();
  await using connection = await connectDirect(parseConnection(database.url));
  await connection.script(seedMarket({ bars: rows(size.bars), series: 10 }));
  const statements = seedFills({
    fillDays: size.fillDays,
    fills: rows(size.fills),
    otherFills: rows(size.otherFills),
    orders: rows(size.orders),
  });
  for (const statement of statements) await connection.script(statement);
  return database;
}

/** @returns databases of a server, each made once */
export function createOwnDatabases(
  server: BenchServer,
  size: BenchSize,
  { effort: { rounds, callShare }, say }: { readonly effort: Effort; readonly say: (text: string) => void },
): OwnDatabases {
  const benchmarks = createContext(server, size, rounds, say);
  let scaled: Promise<{ few: BenchDatabase; many: BenchDatabase }> | undefined;
  const makeScales = async (): Promise<{ few: BenchDatabase; many: BenchDatabase }> => {
    const begun = performance.now();
    const few = await seedScale(server, size, 1);
    const many = await seedScale(server, size, GROWTH_SCALE);
    say(`seeded two sizes in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
    return { few, many };
  };
  return {
    benchmarks: { ...benchmarks, times: (calls) => benchmarks.times(Math.ceil(calls * callShare)) },
    scales: () => (scaled ??= makeScales()),
  };
}
