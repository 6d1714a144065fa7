// Starting, stopping and asking for the embedded server beyond one command: what db:start, db:stop and db:url do.
import { locateInstance, type Instance, type InstanceOptions } from "./embedded/instance.ts";
import { isOrphaned } from "./embedded/orphan.ts";
import {
  askForServer,
  describeAddress,
  type LocalServerAddress,
  type LocalServerOptions,
} from "./ensure-local-server.ts";
import type { KeeperConnection } from "./keeper/keeper-connection.ts";
import { findKeeper } from "./keeper/reach-keeper.ts";
import type { LeaseHolder } from "./keeper/wire.ts";

export interface StartedLocalServer extends LocalServerAddress {
  /** False when it ran already; it stays until stopped in either case. */
  readonly startedNow: boolean;
}

export type LocalServerStatus =
  | { readonly state: "stopped" }
  | {
      readonly state: "running";
      readonly address: LocalServerAddress;
      /** True when it stays until `stopLocalServer`, whoever uses it. */
      readonly isHeld: boolean;
      readonly inUseBy: readonly LeaseHolder[];
    };

export type StopOutcome =
  | { readonly outcome: "stopped" | "was-not-running" }
  /** No longer held, but it runs until these commands end. */
  | { readonly outcome: "in-use"; readonly inUseBy: readonly LeaseHolder[] };

/**
 * Starts the server and keeps it until `stopLocalServer`, or the machine's end.
 * @throws LocalServerError with a sentence that says what to do.
 */
export async function startLocalServer(options: LocalServerOptions = {}): Promise<StartedLocalServer> {
  const instance = locateInstance(options);
  const { connection, ready } = await askForServer(instance, "hold", options.onProgress);
  connection.close();
  return { ...describeAddress(instance, ready.port, ready.version), startedNow: ready.startedNow };
}

export interface StopOptions extends InstanceOptions {
  /** Stop it although commands use it. @defaultValue false: they finish, and the last one stops it */
  readonly force?: boolean | undefined;
}

/** Ends what `startLocalServer` began. Also ends a server whose keeper was killed. */
export async function stopLocalServer(options: StopOptions = {}): Promise<StopOutcome> {
  const instance = locateInstance(options);
  const connection = await findKeeper(instance);
  if (connection !== undefined) return stopThrough(connection, options.force ?? false);
  if (!isOrphaned(instance)) return { outcome: "was-not-running" };
  return stopOrphan(instance);
}

async function stopThrough(connection: KeeperConnection, force: boolean): Promise<StopOutcome> {
  connection.send({ kind: "stop", force });
  const answer = await connection.next("stopped");
  if (answer?.kind === "stopped" && answer.inUseBy.length > 0) {
    connection.close();
    return { outcome: "in-use", inUseBy: answer.inUseBy };
  }
  await connection.closed;
  return { outcome: "stopped" };
}

// A new keeper takes the orphan's place, which ends it, and leaves at once.
async function stopOrphan(instance: Instance): Promise<StopOutcome> {
  const { connection } = await askForServer(instance, "lease");
  return stopThrough(connection, true);
}

/** Whether the server runs, and where. Starts nothing; waits while it is being started or stopped. */
export async function localServerStatus(options: InstanceOptions = {}): Promise<LocalServerStatus> {
  const instance = locateInstance(options);
  const connection = await findKeeper(instance);
  if (connection === undefined) return { state: "stopped" };
  connection.send({ kind: "status" });
  const answer = await connection.next("status");
  connection.close();
  if (answer?.kind !== "status" || answer.port === undefined) return { state: "stopped" };
  return {
    state: "running",
    address: describeAddress(instance, answer.port, answer.version),
    isHeld: answer.held,
    inUseBy: answer.inUseBy,
  };
}
