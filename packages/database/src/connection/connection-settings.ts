// Where the server is and how to log in: an immutable value. Not the parsing (parse-connection.ts), not a connection.
// Invariant: the password and private key are in private fields, so neither inspect(), JSON nor a spread copy shows them.

import type { TlsMode } from "./tls-mode.ts";

/** A password, or a function that fetches a fresh one for each new connection (rotating cloud credentials). */
export type Password = string | (() => string | Promise<string>);

/** Certificates for TLS, as PEM text; without `ca` the operating system's or Node's own list counts. */
export interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What a {@link ConnectionSettings} is made of. */
export interface ConnectionParts {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: Password | undefined;
  readonly applicationName: string;
  readonly tls: TlsMode;
  readonly tlsMaterial?: TlsMaterial | undefined;
  /** How long a login may take, in milliseconds. */
  readonly connectTimeoutMilliseconds: number;
  /** Further server parameters of the URL's `options`, in libpq's notation: `-c search_path=trading`. */
  readonly startupOptions?: string | undefined;
  /** What error messages call the source of these settings, such as `DATABASE_URL`. */
  readonly label: string;
}

/** Connection settings; made by `parseConnection`. Safe to log. */
export class ConnectionSettings {
  /** Host name, address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly applicationName: string;
  readonly tls: TlsMode;
  readonly connectTimeoutMilliseconds: number;
  readonly startupOptions: string | undefined;
  /** What error messages call the source of these settings. */
  readonly label: string;
  readonly #password: Password | undefined;
  readonly #tlsMaterial: TlsMaterial | undefined;

  constructor(parts: ConnectionParts) {
    this.host = parts.host;
    this.port = parts.port;
    this.database = parts.database;
    this.user = parts.user;
    this.applicationName = parts.applicationName;
    this.tls = parts.tls;
    this.connectTimeoutMilliseconds = parts.connectTimeoutMilliseconds;
    this.startupOptions = parts.startupOptions;
    this.label = parts.label;
    this.#password = parts.password;
    this.#tlsMaterial = parts.tlsMaterial;
  }

  /** Where the server is, for messages: `db.example:5432`, or the path of its Unix socket. */
  get address(): string {
    if (this.host.startsWith("/")) return `${this.host}/.s.PGSQL.${this.port}`;
    return this.host.includes(":") ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }

  /** The connection URL with the password left out, for display. */
  redacted(): string {
    const password = this.#password === undefined ? "" : ":***";
    const host = this.host.startsWith("/") ? encodeURIComponent(this.host) : undefined;
    const authority = host === undefined ? this.address : `${host}:${this.port}`;
    return `postgresql://${encodeURIComponent(this.user)}${password}@${authority}/${encodeURIComponent(this.database)}`;
  }

  /** Hands out the secrets; only the code that opens connections calls it. */
  credentials(): { readonly password: Password | undefined; readonly tlsMaterial: TlsMaterial | undefined } {
    return { password: this.#password, tlsMaterial: this.#tlsMaterial };
  }

  /** The same server and login with some parts changed: another database, another application name. */
  with(
    changes: Partial<
      Pick<
        ConnectionParts,
        "database" | "applicationName" | "user" | "password" | "connectTimeoutMilliseconds"
      >
    >,
  ): ConnectionSettings {
    return new ConnectionSettings({
      host: this.host,
      port: this.port,
      database: changes.database ?? this.database,
      user: changes.user ?? this.user,
      password: "password" in changes ? changes.password : this.#password,
      applicationName: changes.applicationName ?? this.applicationName,
      tls: this.tls,
      tlsMaterial: this.#tlsMaterial,
      connectTimeoutMilliseconds: changes.connectTimeoutMilliseconds ?? this.connectTimeoutMilliseconds,
      startupOptions: this.startupOptions,
      label: this.label,
    });
  }

  toString(): string {
    return this.redacted();
  }

  toJSON(): Readonly<Record<string, string | number>> {
    return {
      url: this.redacted(),
      host: this.host,
      port: this.port,
      database: this.database,
      user: this.user,
      applicationName: this.applicationName,
      tls: this.tls,
    };
  }
}
