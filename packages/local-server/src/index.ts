export {
  ensureLocalServer,
  type LocalServerAddress,
  type LocalServerLease,
  type LocalServerOptions,
} from "./ensure-local-server.ts";
export type { InstanceKind, InstanceOptions } from "./embedded/instance.ts";
export { LocalServerError, type LocalServerObstacle } from "./local-server-error.ts";
