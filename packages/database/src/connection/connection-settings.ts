// Where the server is and how to log in: an immutable value. Not the parsing (parse-connection.ts), not a connection.
// Invariant: the password and private key are in private fields, so neither inspect(), JSON nor a spread copy shows them.

import { describeHost, type HostAddress, hostInUrl } from "./host-address.ts";
import type { TargetSessionAttributes } from "./server-role.ts";
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
  /** At least one, in the order they are to be tried. */
  readonly hosts: readonly [HostAddress, ...HostAddress[]];
  readonly targetSessionAttributes: TargetSessionAttributes;
  readonly database: string;
  readonly user: string;
  readonly password?: Password | undefined;
  readonly applicationName: string;
  readonly tls: TlsMode;
  readonly tlsMaterial?: TlsMaterial | undefined;
  /** How long a login may take at each host, in milliseconds. */
  readonly connectTimeoutMilliseconds: number;
  /** Further server parameters of the URL's `options`, in libpq's notation: `-c search_path=trading`. */
  readonly startupOptions?: string | undefined;
  /** What error messages call the source of these settings, such as `DATABASE_URL`. */
  readonly label: string;
}

/** Connection settings; made by `parseConnection`. Safe to log. */
export class ConnectionSettings {
  /** Every place the database may be at, in the order they are tried. */
  readonly hosts: readonly [HostAddress, ...HostAddress[]];
  /** Which of them will do: libpq's `target_session_attrs`. */
  readonly targetSessionAttributes: TargetSessionAttributes;
  /** Host name, address, or the directory of a Unix socket; of the first host. */
  readonly host: string;
  /** Of the first host. */
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
    this.hosts = parts.hosts;
    this.targetSessionAttributes = parts.targetSessionAttributes;
    this.host = parts.hosts[0].host;
    this.port = parts.hosts[0].port;
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

  /** Where the server is, for messages: `db.example:5432`, or the path of its Unix socket; several with commas between. */
  get address(): string {
    return this.hosts.map(describeHost).join(",");
  }

  /** The connection URL with the password left out, for display. */
  redacted(): string {
    const password = this.#password === undefined ? "" : ":***";
    const hosts = this.hosts.map(hostInUrl).join(",");
    return `postgresql://${encodeURIComponent(this.user)}${password}@${hosts}/${encodeURIComponent(this.database)}`;
  }

  /** Hands out the secrets; only the code that opens connections calls it. */
  credentials(): { readonly password: Password | undefined; readonly tlsMaterial: TlsMaterial | undefined } {
    return { password: this.#password, tlsMaterial: this.#tlsMaterial };
  }

  /** The same server and login with some parts changed: another database, another application name, one host of several. */
  with(
    changes: Partial<
      Pick<
        ConnectionParts,
        | "hosts"
        | "targetSessionAttributes"
        | "database"
        | "applicationName"
        | "user"
        | "password"
        | "connectTimeoutMilliseconds"
      >
    >,
  ): ConnectionSettings {
    return new ConnectionSettings({
      hosts: changes.hosts ?? this.hosts,
      targetSessionAttributes: changes.targetSessionAttributes ?? this.targetSessionAttributes,
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
      targetSessionAttributes: this.targetSessionAttributes,
      tls: this.tls,
    };
  }
}
