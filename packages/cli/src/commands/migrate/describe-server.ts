// One line that says what the command has met.

import type { ServerDescription } from "@app/migrator";

export function describeServer(server: ServerDescription): string {
  return `database "${server.database}" as role "${server.role}" on PostgreSQL ${server.version}, ${editionOf(server)}`;
}

function editionOf({ edition, timescaleVersion }: ServerDescription): string {
  switch (edition) {
    case "postgres":
      return "without TimescaleDB: ordinary tables, no compression, retention by db:maintain";
    case "timescale-apache":
      return `TimescaleDB ${timescaleVersion ?? ""} (Apache edition: no compression, no policies)`;
    case "timescale":
      return `TimescaleDB ${timescaleVersion ?? ""} (community edition)`;
  }
}
