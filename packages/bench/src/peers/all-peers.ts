// The peers of a run, each loaded when it is opened, so that a package that is not installed is missed by its own row alone.
import { findPackageJSON } from "node:module";
import { readFileSync } from "node:fs";
import type { PeerSource } from "./peer.ts";
import { peerQueryNames } from "./peer-queries.ts";

/** What the others are compared with: the least there can be between a caller and the server. */
export const REFERENCE: PeerSource = {
  name: "node-postgres, named",
  package: "pg",
  answers: peerQueryNames,
  isOverServer: true,
  load: async () => (await import("./raw-pg.ts")).openNamedPg,
};

/** The others, ours last. */
export const OTHER_PEERS: readonly PeerSource[] = [
  {
    name: "node-postgres, unnamed",
    package: "pg",
    answers: peerQueryNames,
    isOverServer: true,
    load: async () => (await import("./raw-pg.ts")).openUnnamedPg,
  },
  {
    name: "Drizzle, unprepared",
    package: "drizzle-orm",
    answers: peerQueryNames,
    isOverServer: true,
    load: async () => (await import("./drizzle.ts")).openDrizzle,
  },
  {
    name: "Kysely",
    package: "kysely",
    answers: peerQueryNames,
    isOverServer: true,
    load: async () => (await import("./kysely.ts")).openKysely,
  },
  {
    name: "TypeORM",
    package: "typeorm",
    answers: peerQueryNames,
    isOverServer: true,
    load: async () => (await import("./typeorm.ts")).openTypeorm,
  },
  {
    name: "DuckDB on Parquet",
    package: "@duckdb/node-api",
    answers: ["bars", "candles"],
    isOverServer: false,
    load: async () => (await import("./duckdb.ts")).openDuckDb,
  },
  {
    name: "our repositories",
    package: "@app/repositories",
    answers: peerQueryNames,
    isOverServer: true,
    load: async () => (await import("./our-repositories.ts")).openOurRepositories,
  },
];

/** The version of an installed package; undefined where there is none. */
export function versionOf(name: string): string | undefined {
  try {
    const path = findPackageJSON(name, import.meta.url);
    if (path === undefined) return undefined;
    const described: unknown = JSON.parse(readFileSync(path, "utf8"));
    return described instanceof Object && "version" in described ? String(described.version) : undefined;
  } catch {
    return undefined;
  }
}
