// Which database a command works on: DATABASE_URL when it is set, else the embedded server, leased for the command.
// Does not judge the address; whoever connects does.
import type { Environment } from "./embedded/instance.ts";
import { ensureLocalServer, type LocalServerOptions } from "./ensure-local-server.ts";

export interface ResolvedDatabase extends AsyncDisposable {
  /** Holds a password: never log it. */
  readonly url: string;
  readonly source: "DATABASE_URL" | "embedded";
  /** Gives the embedded server back. To be called when the command is done, also when it failed. */
  release(this: void): Promise<void>;
}

/** DATABASE_URL as the environment has it; undefined when it is unset or blank. */
export function configuredDatabaseUrl(env: Environment = process.env): string | undefined {
  const url = env["DATABASE_URL"]?.trim();
  return url === undefined || url === "" ? undefined : url;
}

/**
 * The address to work on.
 * @throws LocalServerError when DATABASE_URL is unset and the embedded server cannot be had.
 */
export async function resolveDatabaseUrl(options: LocalServerOptions = {}): Promise<ResolvedDatabase> {
  const configured = configuredDatabaseUrl(options.env);
  if (configured !== undefined) {
    return { url: configured, source: "DATABASE_URL", release: doNothing, [Symbol.asyncDispose]: doNothing };
  }
  const lease = await ensureLocalServer(options);
  return { url: lease.url, source: "embedded", release: lease.release, [Symbol.asyncDispose]: lease.release };
}

// A server that was not started here is not ours to stop.
async function doNothing(): Promise<void> {}
