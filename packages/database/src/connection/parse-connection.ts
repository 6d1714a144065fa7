// From a connection URL to validated settings. Not the splitting of its text (split-url.ts).
// Invariant: what it returns can be used as it is; everything doubtful was refused in one sentence that repeats no secret.

import { readFileSync } from "node:fs";

import { InvalidInputError } from "../errors/database-error.ts";
import { ConnectionSettings, type Password, type TlsMaterial } from "./connection-settings.ts";
import { splitUrl, type UrlParts } from "./split-url.ts";
import { chooseTlsMode } from "./tls-mode.ts";

/** How {@link parseConnection} completes what the URL leaves open. */
export interface ParseConnectionOptions {
  /** What error messages call the URL. @defaultValue "DATABASE_URL" */
  readonly label?: string | undefined;
  /** Shown by the server in pg_stat_activity; the URL's `application_name` wins. @defaultValue "trading-data-layer" */
  readonly applicationName?: string | undefined;
  /** Instead of a password in the URL; a function is called for each new connection. */
  readonly password?: Password | undefined;
  /** Milliseconds a login may take; the URL's `connect_timeout` (seconds) wins. @defaultValue 10 000 */
  readonly connectTimeoutMilliseconds?: number | undefined;
  /**
   * Accepts `sslmode=disable` for another machine, for a network you own end to end.
   * @defaultValue false
   */
  readonly allowPlaintext?: boolean | undefined;
}

const defaultPort = 5432;
const defaultConnectTimeoutMilliseconds = 10_000;

/** Parameters after the `?` that are understood; an unknown one is refused, because ignoring it could weaken security. */
const knownParameters: ReadonlySet<string> = new Set([
  "application_name",
  "channel_binding", // used whenever TLS is on and the server offers it
  "connect_timeout",
  "host",
  "options",
  "port",
  "sslcert",
  "sslkey",
  "sslmode",
  "sslrootcert",
]);

function refuseUnknownParameters(parameters: ReadonlyMap<string, string>, label: string): void {
  for (const name of parameters.keys()) {
    if (knownParameters.has(name)) continue;
    // A name that is not a plain word may be a piece of a password: it is not repeated.
    const shown = /^[a-z_]{1,40}$/iu.test(name) ? ` ${name}` : "";
    throw new InvalidInputError(
      `${label} has an unknown parameter${shown} after the ?. Known are ${[...knownParameters].join(", ")}.`,
    );
  }
}

function parsePort(text: string | undefined, label: string): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new InvalidInputError(`The port in ${label} is not a number from 1 to 65535.`);
  }
  return port;
}

function parseConnectTimeout(text: string | undefined, fallback: number, label: string): number {
  if (text === undefined) return fallback;
  const seconds = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (seconds < 1)
    throw new InvalidInputError(`connect_timeout in ${label} is not a whole number of seconds from 1.`);
  return seconds * 1000;
}

function readPem(parameters: ReadonlyMap<string, string>, name: string, label: string): string | undefined {
  const file = parameters.get(name);
  if (file === undefined || (name === "sslrootcert" && file === "system")) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InvalidInputError(
      `The file ${JSON.stringify(file)}, given as ${name} in ${label}, cannot be read. Correct the path or its permissions.`,
      { cause: error },
    );
  }
  if (!text.includes("-----BEGIN")) {
    throw new InvalidInputError(
      `The file ${JSON.stringify(file)}, given as ${name} in ${label}, is not in PEM format.`,
    );
  }
  return text;
}

function readTlsMaterial(parameters: ReadonlyMap<string, string>, label: string): TlsMaterial {
  const material = {
    ca: readPem(parameters, "sslrootcert", label),
    cert: readPem(parameters, "sslcert", label),
    key: readPem(parameters, "sslkey", label),
  };
  if ((material.cert === undefined) !== (material.key === undefined)) {
    throw new InvalidInputError(`${label} must give sslcert and sslkey together.`);
  }
  return material;
}

function chooseHost(parts: UrlParts, label: string): string {
  const parameter = parts.parameters.get("host");
  if (parts.host !== undefined && parameter !== undefined) {
    throw new InvalidInputError(`${label} gives the host twice: before the path and as a parameter.`);
  }
  const host = parts.host ?? parameter;
  if (host === undefined || host === "") {
    throw new InvalidInputError(
      `${label} names no host; write it like postgresql://user:password@host:5432/database.`,
    );
  }
  return host;
}

function required(value: string | undefined, what: string, label: string): string {
  if (value !== undefined) return value;
  throw new InvalidInputError(
    `${label} names no ${what}; write it like postgresql://user:password@host:5432/database.`,
  );
}

/**
 * Validates a connection URL.
 *
 * TLS: without `sslmode`, a server on this machine is reached in plain text and any other with verify-full.
 * `prefer`, `require`, `verify-ca` are raised to `verify-full`; `no-verify` is refused, `disable` too unless the
 * server is on this machine.
 *
 * @example
 * const settings = parseConnection(process.env["DATABASE_URL"]);
 * settings.redacted(); // postgresql://trader:***@127.0.0.1:5432/trading
 *
 * @throws {InvalidInputError} one sentence that names what is wrong and never the password.
 */
export function parseConnection(
  url: string | undefined,
  options: ParseConnectionOptions = {},
): ConnectionSettings {
  const label = options.label ?? "DATABASE_URL";
  if (url === undefined || url.trim() === "") {
    throw new InvalidInputError(
      `${label} is not set; set it to the database's address, like postgresql://user:password@host:5432/database.`,
    );
  }
  const parts = splitUrl(url.trim(), label);
  const { parameters } = parts;
  refuseUnknownParameters(parameters, label);
  if (parts.port !== undefined && parameters.has("port")) {
    throw new InvalidInputError(`${label} gives the port twice: after the host and as a parameter.`);
  }
  const host = chooseHost(parts, label);
  const tls = chooseTlsMode(parameters.get("sslmode"), host, {
    label,
    allowPlaintext: options.allowPlaintext ?? false,
  });
  if (tls === "verify-full" && host.startsWith("/")) {
    throw new InvalidInputError(`${label} asks for TLS on a Unix socket, which has none; leave sslmode out.`);
  }
  return new ConnectionSettings({
    host,
    port: parsePort(parts.port ?? parameters.get("port"), label),
    database: required(parts.database, "database", label),
    user: required(parts.user, "user", label),
    password: options.password ?? parts.password,
    applicationName: parameters.get("application_name") ?? options.applicationName ?? "trading-data-layer",
    tls,
    tlsMaterial: tls === "off" ? undefined : readTlsMaterial(parameters, label),
    connectTimeoutMilliseconds: parseConnectTimeout(
      parameters.get("connect_timeout"),
      options.connectTimeoutMilliseconds ?? defaultConnectTimeoutMilliseconds,
      label,
    ),
    startupOptions: parameters.get("options"),
    label,
  });
}
