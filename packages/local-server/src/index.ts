export {
  ensureLocalServer,
  type LocalServerAddress,
  type LocalServerLease,
  type LocalServerOptions,
} from "./ensure-local-server.ts";
export {
  localServerStatus,
  startLocalServer,
  stopLocalServer,
  type LocalServerStatus,
  type StartedLocalServer,
  type StopOptions,
  type StopOutcome,
} from "./local-server-control.ts";
export { configuredDatabaseUrl, resolveDatabaseUrl, type ResolvedDatabase } from "./resolve-database-url.ts";
export type { Edition } from "./editions/edition.ts";
export type { Environment, InstanceKind, InstanceOptions } from "./embedded/instance.ts";
export type { LeaseHolder } from "./keeper/wire.ts";
export { LocalServerError, type LocalServerObstacle } from "./local-server-error.ts";
