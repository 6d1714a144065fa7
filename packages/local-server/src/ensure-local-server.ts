// Leases the embedded server for one command: started if need be, shared if it runs, stopped after its last user.
// Does not hold it beyond the command; that is `startLocalServer`.
import { applicationUrl, readCredentials, superuserUrl } from "./embedded/credentials.ts";
import { locateInstance, type Instance, type InstanceOptions } from "./embedded/instance.ts";
import type { KeeperConnection } from "./keeper/keeper-connection.ts";
import { reachKeeper } from "./keeper/reach-keeper.ts";
import { LocalServerError } from "./local-server-error.ts";

export interface LocalServerOptions extends InstanceOptions {
  /** Told what takes long, in a few words, for a person who waits. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Where a local server is reached. The addresses hold passwords: never log them. */
export interface LocalServerAddress {
  /** As role `app`, who owns the database `trading`, may create databases and roles, and is no superuser. */
  readonly url: string;
  /** As the superuser. For test and bench set-ups; applications use `url`. */
  readonly superuserUrl: string;
  readonly edition: "postgres";
  /** As PostgreSQL numbers itself, for example "18.4". */
  readonly version: string;
}

export interface LocalServerLease extends LocalServerAddress, AsyncDisposable {
  /** True when this call started it. */
  readonly startedNow: boolean;
  /** Gives the server back; when nobody else needs it, resolves after it has stopped. Safe to call twice. */
  release(this: void): Promise<void>;
}

/**
 * The embedded server, running and held until `release` or the end of this process, however it ends.
 * @throws LocalServerError with a sentence that says what to do.
 */
export async function ensureLocalServer(options: LocalServerOptions = {}): Promise<LocalServerLease> {
  const instance = locateInstance(options);
  const { connection, ready } = await askForServer(instance, "lease", options.onProgress);
  connection.unref();
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => (released ??= giveBack(connection));
  return {
    ...describeAddress(instance, ready.port, ready.version),
    startedNow: ready.startedNow,
    release,
    [Symbol.asyncDispose]: release,
  };
}

export function describeAddress(instance: Instance, port: number, version: string): LocalServerAddress {
  const credentials = readCredentials(instance.credentialsFile);
  return {
    url: applicationUrl(credentials, port),
    superuserUrl: superuserUrl(credentials, port),
    edition: "postgres",
    version,
  };
}

interface ReadyServer {
  readonly connection: KeeperConnection;
  readonly ready: { readonly port: number; readonly version: string; readonly startedNow: boolean };
}

/** Reaches the keeper and waits until the server is ready. */
export async function askForServer(
  instance: Instance,
  kind: "lease" | "hold",
  onProgress: (text: string) => void = () => {},
): Promise<ReadyServer> {
  // A keeper that is about to end closes the door on late-comers; the next attempt starts a new one.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const connection = await reachKeeper(instance);
    connection.onProgress(onProgress);
    connection.send({ kind });
    const answer = await connection.next("ready");
    if (answer?.kind === "ready") return { connection, ready: answer };
    connection.close();
    if (answer?.kind === "failed") throw new LocalServerError(answer.obstacle, answer.message);
  }
  throw new LocalServerError(
    "unresponsive",
    `The keeper of the local server ends again and again; its log is ${instance.keeperLog}.`,
  );
}

async function giveBack(connection: KeeperConnection): Promise<void> {
  connection.ref();
  connection.send({ kind: "release" });
  const answer = await connection.next("stopped");
  // When nobody else is there the keeper closes the connection as its last act.
  if (answer?.kind === "stopped" && answer.inUseBy.length === 0 && !answer.held) await connection.closed;
  connection.close();
}
