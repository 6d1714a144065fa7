// One line that says what the command has met.

import type { ServerDescription } from "@app/migrator";

const editions: Readonly<Record<ServerDescription["edition"], (version: string) => string>> = {
  postgres: () => "without TimescaleDB",
  "timescale-apache": (version) => `TimescaleDB ${version} (Apache edition)`,
  timescale: (version) => `TimescaleDB ${version} (community edition)`,
};

export function describeServer(server: ServerDescription): string {
  const { availableTimescale } = server;
  const hint =
    availableTimescale === null
      ? ""
      : ` (this server has TimescaleDB ${availableTimescale}: to use it, run CREATE EXTENSION timescaledb in this database, then pnpm migrate)`;
  return `database "${server.database}" as role "${server.role}" on PostgreSQL ${server.version}, ${editions[server.edition](server.timescaleVersion ?? "")}${hint}`;
}
