import type { ConnectionSettings } from "@app/database";
import type { MigratorEventListener } from "./events.ts";
import type { RunPatience } from "./session/run-patience.ts";
import type { MigrationSession } from "./session/session.ts";
export interface Run {
  readonly session: MigrationSession;
  /** For a second connection, which looks who is in the way. */
  readonly connection: ConnectionSettings;
  readonly patience: RunPatience;
  readonly onEvent: MigratorEventListener;
}
