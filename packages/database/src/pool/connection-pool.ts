// The connections to one database, taken out and given back: pg's pool, on one of several hosts, until an orderly end.
// Not what is done with a connection (pooled-database.ts, replica-set.ts). Invariant: every wait has a deadline, whoever gets a
// connection gets one to a server of the wanted kind and version, and every failure is a DatabaseError.

import { Pool, type PoolClient } from "pg";

import { requireRole, settingsAt } from "../connection/check-role.ts";
import { clientConfig, type SessionSetup } from "../connection/client-config.ts";
import { toConnectionError } from "../connection/connection-failure.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import { goodbyeMilliseconds } from "../connection/end-client.ts";
import { describeHost } from "../connection/host-address.ts";
import { connectSomewhere, HostChooser, HostFailure } from "../connection/host-chooser.ts";
import { planAsServerDecides } from "../connection/plan-mode.ts";
import { parseServerVersion, requireSupportedServer } from "../connection/server-version.ts";
import { Session } from "../connection/session.ts";
import type { EncodedStatement, QueryResult } from "../connection/statement.ts";
import { isStaleStatement, StatementNames } from "../connection/statement-names.ts";
import {
  DatabaseError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import type { PoolStatus } from "./database.ts";
import type { ConnectionEventKind, DatabaseHooks } from "./hooks.ts";
import { createClientClass, type HostedClient } from "./hosted-client.ts";
import { type Lease, releaseLease } from "./lease.ts";
import { notify } from "./notify.ts";
import { observeStatement } from "./observe.ts";
import { UnderWay } from "./under-way.ts";

/** What a pool is made with. */
export interface ConnectionPoolOptions extends SessionSetup {
  readonly size: number;
  readonly idleTimeoutMilliseconds: number;
  readonly hooks: DatabaseHooks;
  readonly onIdleConnectionLost: ((error: DatabaseError) => void) | undefined;
}

/** What is known of a connection from its first use on. */
interface KnownConnection {
  readonly session: Session;
  readonly server: string;
  readonly generation: number;
}

/** Connections to one database. */
export class ConnectionPool {
  readonly settings: ConnectionSettings;
  readonly #options: ConnectionPoolOptions;
  readonly #pool: Pool;
  readonly #chooser: HostChooser;
  readonly #clientClass: new () => HostedClient;
  readonly #names = new StatementNames();
  readonly #known = new WeakMap<PoolClient, KnownConnection>();
  readonly #open = new Set<PoolClient>();
  readonly #leases = new Set<Lease>();
  /** Failures of a login: of the statement behind them nothing was sent. */
  readonly #notSent = new WeakSet<DatabaseError>();
  /** Raised when a connection shows that the server changed; older connections are not used again. */
  #generation = 0;
  /** Whether sessions plan as their login said, because there are chunks or the URL wants it; known from the first one on. */
  #plansAsLoggedIn = false;
  /** That still waiting for a connection included. */
  readonly #work = new UnderWay();
  readonly #connections = new UnderWay();
  #closing: Promise<void> | undefined;

  constructor(settings: ConnectionSettings, options: ConnectionPoolOptions) {
    this.settings = settings;
    this.#options = options;
    this.#chooser = new HostChooser(settings.hosts.length);
    this.#clientClass = createClientClass(settings, options, this.#chooser);
    this.#pool = new Pool({
      // For those who read a pool's options, such as tracing; the clients have their own.
      ...clientConfig(settings, options),
      max: options.size,
      Client: this.#clientClass,
      idleTimeoutMillis: options.idleTimeoutMilliseconds,
    });
    this.#pool.on("error", (error, client) => {
      const typed = toDatabaseError(error);
      notify(options.onIdleConnectionLost, typed);
      this.#tell("lost-while-idle", this.#serverOf(client), typed);
    });
    this.#pool.on("connect", (client) => {
      this.#open.add(client);
      this.#connections.begin();
      this.#tell("opened", this.#serverOf(client));
    });
    this.#pool.on("remove", (client) => {
      this.#open.delete(client);
      this.#tell("closed", this.#serverOf(client));
      this.#connections.end();
    });
  }

  get isReadOnly(): boolean {
    return this.#options.isReadOnly === true;
  }

  get status(): PoolStatus {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { size: this.#options.size, open, idle, waiting };
  }

  /** False when the error is one of `lease`: then the statement it was for never left. */
  wasSent(error: unknown): boolean {
    return !(error instanceof DatabaseError && this.#notSent.has(error));
  }

  /** Runs one statement on a connection of its own. */
  async send<Row extends object>(encoded: EncodedStatement): Promise<QueryResult<Row>> {
    let lease: Lease;
    try {
      lease = await this.lease();
    } catch (error) {
      return this.#observe(encoded, undefined, () => Promise.reject(error));
    }
    let outcome: unknown;
    try {
      return await this.#observe<Row>(encoded, lease, async () => sendFresh(lease.session, encoded));
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      this.release(lease, outcome);
    }
  }

  /**
   * Takes a connection out; it must be given back with {@link ConnectionPool.release}.
   * @throws {UsageError} the pool is closed
   * @throws {TimeoutError} all connections stayed in use
   * @throws {DatabaseError} no host would do
   */
  async lease(): Promise<Lease> {
    if (this.#closing !== undefined) throw new UsageError("This database is closed.");
    this.#work.begin();
    try {
      const start = performance.now();
      const client = await connectSomewhere(this.settings, this.#chooser, async (acceptsAnyRole) =>
        this.#takeClient(acceptsAnyRole),
      );
      const known = this.#knownOf(client);
      const lease = { client, ...known, waitMilliseconds: performance.now() - start };
      this.#leases.add(lease);
      return lease;
    } catch (error) {
      this.#work.end();
      const typed = toDatabaseError(error);
      this.#notSent.add(typed);
      throw typed;
    }
  }

  /** Gives a connection back; `outcome` is the error its work ended with, if any. */
  release(lease: Lease, outcome: unknown): void {
    this.#leases.delete(lease);
    if (this.#showsChangedServer(lease, outcome)) this.#generation += 1;
    releaseLease(lease, outcome);
    this.#work.end();
  }

  /** Refuses new work, lets the work under way end for so long, then cuts what is left. */
  async close(drainMilliseconds: number): Promise<void> {
    this.#closing ??= this.#close(drainMilliseconds);
    await this.#closing;
  }

  async #takeClient(acceptsAnyRole: boolean): Promise<PoolClient> {
    for (;;) {
      const client = await this.#pool.connect().catch((error: unknown) => {
        throw this.#explain(error);
      });
      const known = this.#known.get(client);
      if (known === undefined) {
        await this.#admit(client, acceptsAnyRole);
        return client;
      }
      if (known.generation === this.#generation) return client;
      // There are finitely many old ones, and none is added.
      client.release(true);
    }
  }

  /** Looks at a new connection once. A pooler that announces no version is taken at its word. */
  async #admit(client: PoolClient, acceptsAnyRole: boolean): Promise<void> {
    if (!(client instanceof this.#clientClass))
      throw new UsageError("The pool made a client of another class.");
    const { announced, hostIndex } = client;
    const generation = this.#generation;
    try {
      const version = announced.get("server_version");
      if (version !== undefined) requireSupportedServer(parseServerVersion(version));
      const session = new Session(client, this.#names, this.#options.timeouts.query);
      if (!acceptsAnyRole) await requireRole(session, announced, this.settings, hostIndex);
      const keepsPlans = !this.#plansAsLoggedIn && (await planAsServerDecides(session, this.settings));
      this.#plansAsLoggedIn = !keepsPlans;
      if (keepsPlans) session.keepPlans();
      this.#chooser.prefer(hostIndex);
      this.#known.set(client, { session, server: this.#serverOf(client), generation });
    } catch (error) {
      client.release(true);
      if (error instanceof HostFailure) this.#tell("login-failed", this.#serverOf(client), error.reason);
      throw error;
    }
  }

  #knownOf(client: PoolClient): KnownConnection {
    const known = this.#known.get(client);
    if (known === undefined) throw new UsageError("The connection was not looked at before its use.");
    return known;
  }

  #explain(error: unknown): Error {
    // When the pool's own timer ended the login, its error is the one that says so, and the client's is the cause.
    const failure = [error, error instanceof Error ? error.cause : undefined].find(
      (one) => one instanceof HostFailure,
    );
    if (failure !== undefined) {
      const { hostIndex } = failure;
      const here = settingsAt(this.settings, hostIndex);
      const reason = failure === error ? failure.reason : toConnectionError(error, here);
      this.#tell("login-failed", here.address, reason);
      return new HostFailure(hostIndex, reason, false);
    }
    if (!(error instanceof Error) || !error.message.startsWith("timeout exceeded when trying to connect")) {
      return toConnectionError(error, this.settings);
    }
    return new TimeoutError(
      `All ${this.#options.size} connections of the pool were in use for ${this.settings.connectTimeoutMilliseconds / 1000} s. ` +
        "Keep transactions short, or raise poolSize.",
      { isRetryable: true, cause: error },
    );
  }

  /**
   * A server that refuses writes has become a standby, and one host of several that went away may come back as one: the
   * other connections are then as useless as this one, and each would cost a caller an error to find out.
   */
  #showsChangedServer(lease: Lease, outcome: unknown): boolean {
    if (this.#known.get(lease.client)?.generation !== this.#generation || this.isReadOnly) return false;
    const isReadOnlyNow = outcome instanceof UnavailableError && outcome.sqlState === "25006";
    return isReadOnlyNow || (this.settings.hosts.length > 1 && lease.session.failure !== undefined);
  }

  #serverOf(client: PoolClient): string {
    const index = client instanceof this.#clientClass ? client.hostIndex : 0;
    return describeHost(this.settings.hosts[index] ?? this.settings.hosts[0]);
  }

  #tell(kind: ConnectionEventKind, server: string, error?: DatabaseError): void {
    const { onConnection } = this.#options.hooks;
    if (onConnection === undefined) return;
    notify(onConnection, { kind, server, error, isOnReplica: this.isReadOnly, pool: this.status });
  }

  async #observe<Row extends object>(
    { name, text }: EncodedStatement,
    lease: Lease | undefined,
    work: () => Promise<QueryResult<Row>>,
  ): Promise<QueryResult<Row>> {
    const observation = {
      onQuery: this.#options.hooks.onQuery,
      server: lease?.server ?? this.settings.address,
      waitMilliseconds: lease?.waitMilliseconds ?? 0,
      isOnReplica: this.isReadOnly,
      isInTransaction: false,
    };
    return observeStatement(observation, { name, text }, work, ({ rowCount }) => rowCount);
  }

  async #close(drainMilliseconds: number): Promise<void> {
    await this.#work.none(drainMilliseconds);
    for (const { client } of this.#leases) client.connection.stream.destroy();
    // Not awaited: pg's pool waits for every connection to be given back, which work that hangs never does.
    void this.#pool.end();
    await this.#connections.none(goodbyeMilliseconds);
    for (const client of this.#open) client.connection.stream.destroy();
  }
}

/** Sends a statement, and once more when it was refused unrun because tables have changed: then it is prepared afresh. */
async function sendFresh<Row extends object>(
  session: Session,
  encoded: EncodedStatement,
): Promise<QueryResult<Row>> {
  try {
    return await session.run<Row>(encoded);
  } catch (error) {
    if (error instanceof RetryableError && isStaleStatement(error.cause)) return session.run<Row>(encoded);
    throw error;
  }
}
