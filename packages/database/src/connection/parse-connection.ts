// From a connection URL to validated settings. Not the splitting of its text (split-url.ts).
// Invariant: what it returns can be used as it is; everything doubtful was refused in one sentence that repeats no secret.

import { readFileSync } from "node:fs";

import { InvalidInputError } from "../errors/database-error.ts";
import { ConnectionSettings, type Password, type TlsMaterial } from "./connection-settings.ts";
import { readHosts } from "./read-hosts.ts";
import { type TargetSessionAttributes, targetSessionAttributes } from "./server-role.ts";
import { splitUrl } from "./split-url.ts";
import { chooseTlsMode } from "./tls-mode.ts";

/** How {@link parseConnection} completes what the URL leaves open. */
export interface ParseConnectionOptions {
  /** What error messages call the URL. @defaultValue "DATABASE_URL" */
  readonly label?: string | undefined;
  /** Shown by the server in pg_stat_activity; the URL's `application_name` wins. @defaultValue "trading-data-layer" */
  readonly applicationName?: string | undefined;
  /** Instead of a password in the URL; a function is called for each new connection. */
  readonly password?: Password | undefined;
  /** Milliseconds a login may take at each host; the URL's `connect_timeout` (seconds) wins. @defaultValue 10 000 */
  readonly connectTimeoutMilliseconds?: number | undefined;
  /**
   * Accepts `sslmode=disable` for another machine, for a network you own end to end.
   * @defaultValue false
   */
  readonly allowPlaintext?: boolean | undefined;
}

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
  "target_session_attrs",
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

function parseTarget(text: string | undefined, label: string): TargetSessionAttributes {
  const target = targetSessionAttributes.find((known) => known === (text ?? "any"));
  if (target !== undefined) return target;
  throw new InvalidInputError(
    `target_session_attrs in ${label} is not one of ${targetSessionAttributes.join(", ")}.`,
  );
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
 * Several hosts are written as for libpq: `postgresql://user@one:5432,two:5433/trading?target_session_attrs=read-write`. They are
 * tried in this order, beginning with the one that last worked, and the first of the wanted kind is taken.
 *
 * TLS: without `sslmode`, a server on this machine is reached in plain text and any other with verify-full.
 * `prefer`, `require`, `verify-ca` are raised to `verify-full`; `no-verify` is refused, `disable` too unless the
 * server is on this machine. Of several hosts, one that is elsewhere decides for all.
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
  const hosts = readHosts(parts, label);
  const names = hosts.map(({ host }) => host);
  const tls = chooseTlsMode(parameters.get("sslmode"), names, {
    label,
    allowPlaintext: options.allowPlaintext ?? false,
  });
  if (tls === "verify-full" && names.some((name) => name.startsWith("/"))) {
    throw new InvalidInputError(
      hosts.length === 1
        ? `${label} asks for TLS on a Unix socket, which has none; leave sslmode out.`
        : `${label} has a Unix socket, which has no TLS, in one list with hosts that need it; name localhost instead.`,
    );
  }
  return new ConnectionSettings({
    hosts,
    targetSessionAttributes: parseTarget(parameters.get("target_session_attrs"), label),
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
