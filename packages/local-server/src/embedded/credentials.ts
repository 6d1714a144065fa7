// The passwords of an embedded cluster: made once with it, kept beside it, readable by its owner only.
// Invariant: they never leave this machine and never reach a log.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LocalServerError, systemErrorCode } from "../local-server-error.ts";

/** `app` owns the database and is no superuser, as on a managed service; `postgres` is the superuser. */
export interface Credentials {
  readonly app: string;
  readonly postgres: string;
}

export const databaseName = "trading";

export function createCredentials(): Credentials {
  // Hexadecimal: needs no escaping in a URL, in SQL, or in a shell.
  return { app: randomBytes(24).toString("hex"), postgres: randomBytes(24).toString("hex") };
}

export function writeCredentials(file: string, credentials: Credentials): void {
  writeFileSync(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
}

/** @throws LocalServerError `credentials-unreadable` */
export function readCredentials(file: string): Credentials {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, `cannot be read (${systemErrorCode(error) ?? String(error)})`, { cause: error });
  }
  const value = parseJson(text);
  if (
    typeof value === "object" &&
    value !== null &&
    "app" in value &&
    "postgres" in value &&
    typeof value.app === "string" &&
    typeof value.postgres === "string"
  ) {
    return { app: value.app, postgres: value.postgres };
  }
  throw unreadable(file, "does not hold the two passwords");
}

/** Undefined for what is no JSON: the parser's own error quotes the text, and the text is passwords. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, reason: string, options?: ErrorOptions): LocalServerError {
  return new LocalServerError(
    "credentials-unreadable",
    `${file} ${reason}, and without it nobody can log in: restore it, or move ${dirname(dirname(file))} away to begin anew, or set DATABASE_URL to a server of your own.`,
    options,
  );
}

/** The address of the application's database on a server at `port`. */
export function applicationUrl(credentials: Credentials, port: number): string {
  return `postgres://app:${credentials.app}@127.0.0.1:${port}/${databaseName}`;
}

/** The superuser's address, for what a managed service would do on the owner's behalf. */
export function superuserUrl(credentials: Credentials, port: number): string {
  return `postgres://postgres:${credentials.postgres}@127.0.0.1:${port}/${databaseName}`;
}

/** The statements that make the application's role and database, one per line, for a superuser. */
export function accountSql(appPassword: string): readonly string[] {
  return [
    "SET password_encryption = 'scram-sha-256';",
    `CREATE ROLE app LOGIN CREATEDB CREATEROLE PASSWORD '${appPassword}';`,
    "GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO app WITH ADMIN OPTION;",
    // template0: an image may have put an extension into template1.
    `CREATE DATABASE ${databaseName} OWNER app TEMPLATE template0;`,
  ];
}

/** The same server and role, another database. */
export function urlOfDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.href;
}
