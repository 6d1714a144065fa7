// One connection of its own, for migrations, DDL and bulk loads. Not pooled, never reconnects.
// Invariant: it is either logged in with a known server version, or connectDirect has thrown one clear sentence.

import { Client } from "pg";

import type { DatabaseError } from "../errors/database-error.ts";
import { announcedParameters } from "./announced-parameters.ts";
import { requireRole, settingsAt } from "./check-role.ts";
import { clientConfig, type SessionTimeouts } from "./client-config.ts";
import { toConnectionError } from "./connection-failure.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { endClient } from "./end-client.ts";
import { connectSomewhere, HostChooser, HostFailure } from "./host-chooser.ts";
import { parseServerVersion, type ServerVersion } from "./server-version.ts";
import { Session } from "./session.ts";
import { StatementNames } from "./statement-names.ts";

/** How {@link connectDirect} sets the session up. */
export interface ConnectDirectOptions {
  /** @defaultValue no limits: a migration may run for hours; set lock_timeout where it matters */
  readonly timeouts?: Partial<SessionTimeouts> | undefined;
  /** Called for every NOTICE and WARNING of the server. */
  readonly onNotice?: ((notice: ServerNotice) => void) | undefined;
}

/** A NOTICE, WARNING or the like. */
export interface ServerNotice {
  readonly severity: string;
  readonly sqlState: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

/** One connection of its own. */
export interface DirectConnection
  extends Pick<Session, "query" | "script" | "openBinaryCopy" | "copyIn">, AsyncDisposable {
  readonly settings: ConnectionSettings;
  readonly serverVersion: ServerVersion;
  /** The server's process id of this session, as in pg_stat_activity. */
  readonly processId: number | undefined;
  /** Why the connection is dead, once it is. */
  readonly failure: DatabaseError | undefined;
  /** Logs out; harmless when already closed. */
  close(): Promise<void>;
}

const noTimeouts: SessionTimeouts = { statement: 0, lock: 0, idleInTransaction: 0, query: 0 };

function forwardNotices(client: Client, onNotice: (notice: ServerNotice) => void): void {
  client.on("notice", (notice) => {
    onNotice({
      severity: notice.severity ?? "NOTICE",
      sqlState: notice.code,
      message: notice.message ?? "",
      detail: notice.detail,
      hint: notice.hint,
    });
  });
}

class OpenDirectConnection extends Session implements DirectConnection {
  readonly settings: ConnectionSettings;
  readonly serverVersion: ServerVersion;
  readonly #openClient: Client;
  #ending: Promise<void> | undefined;

  constructor(
    client: Client,
    settings: ConnectionSettings,
    serverVersion: ServerVersion,
    replyMilliseconds: number,
  ) {
    super(client, new StatementNames(), replyMilliseconds);
    this.#openClient = client;
    this.settings = settings;
    this.serverVersion = serverVersion;
  }

  get processId(): number | undefined {
    const processId: unknown = Reflect.get(this.#openClient, "processID");
    return typeof processId === "number" ? processId : undefined;
  }

  async close(): Promise<void> {
    this.retire("This connection is closed.");
    this.#ending ??= endClient(this.#openClient);
    await this.#ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Opens one connection, to the first host that will do.
 *
 * @example
 * await using connection = await connectDirect(parseConnection(process.env["DATABASE_URL"]));
 * const { rows } = await connection.query("SELECT now() AS now");
 *
 * @throws {UnavailableError} no host can be reached, or each is starting, full, of another kind than asked for, or refuses TLS
 * @throws {AccessDeniedError} wrong user or password
 * @throws {NotFoundError} no such database
 */
export async function connectDirect(
  settings: ConnectionSettings,
  options: ConnectDirectOptions = {},
): Promise<DirectConnection> {
  const chooser = new HostChooser(settings.hosts.length);
  return connectSomewhere(settings, chooser, (acceptsAnyRole) =>
    connectAt(settings, chooser.current, acceptsAnyRole, options),
  );
}

async function connectAt(
  settings: ConnectionSettings,
  hostIndex: number,
  acceptsAnyRole: boolean,
  options: ConnectDirectOptions,
): Promise<DirectConnection> {
  const here = settingsAt(settings, hostIndex);
  const timeouts = { ...noTimeouts, ...options.timeouts };
  const client = new Client(clientConfig(here, { timeouts }));
  const announced = announcedParameters(client);
  // An 'error' event without a listener would end the process.
  client.on("error", () => undefined);
  if (options.onNotice !== undefined) forwardNotices(client, options.onNotice);
  try {
    await client.connect();
    const login = new Session(client, new StatementNames(), timeouts.query);
    if (!acceptsAnyRole) await requireRole(login, announced, settings, hostIndex);
    const version = parseServerVersion(announced.get("server_version") ?? (await askVersion(login)));
    return new OpenDirectConnection(client, settings, version, timeouts.query);
  } catch (error) {
    client.connection.stream.destroy();
    if (error instanceof HostFailure) throw error;
    throw new HostFailure(hostIndex, toConnectionError(error, here), false);
  }
}

/** For poolers that do not pass the server's parameters on. */
async function askVersion(session: Session): Promise<string> {
  const { rows } = await session.query<{ server_version: string }>("SHOW server_version");
  return rows[0]?.server_version ?? "";
}
