// One clear sentence for a login that failed, with what to do about it. Not the errors of statements.
// Invariant: host, port, database and user may be named; the password never is.

import type { DatabaseError, DatabaseErrorKind } from "../errors/database-error.ts";
import { createDatabaseError, sqlStateOf, toDatabaseError } from "../errors/to-database-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";

interface Failure {
  readonly kind: DatabaseErrorKind;
  readonly isRetryable: boolean;
  readonly sentence: string;
}

function denied(sentence: string): Failure {
  return { kind: "access-denied", isRetryable: false, sentence };
}

/** `isRetryable` is true where waiting alone may help: nothing was asked of the server yet. */
function unavailable(sentence: string, isRetryable = true): Failure {
  return { kind: "unavailable", isRetryable, sentence };
}

function failureOfSqlState(sqlState: string, settings: ConnectionSettings): Failure | undefined {
  const { address, database, user, label } = settings;
  switch (sqlState) {
    case "28P01":
      return denied(
        `The server at ${address} refused the password of user "${user}". Correct the user name or password in ${label}.`,
      );
    case "28000":
      return denied(
        `The server at ${address} does not let user "${user}" in to database "${database}" this way. ` +
          `Check that the role exists and may log in, and that pg_hba.conf allows this host ${settings.tls === "off" ? "without" : "with"} TLS.`,
      );
    case "3D000":
      return {
        kind: "not-found",
        isRetryable: false,
        sentence: `The server at ${address} has no database "${database}". Create it, or correct the name in ${label}.`,
      };
    case "42501":
      return denied(
        `User "${user}" may not connect to database "${database}" at ${address}. Grant it CONNECT.`,
      );
    case "53300":
      return unavailable(
        `The server at ${address} has no free connection left. Close some, or raise max_connections.`,
      );
    case "57P03":
      return unavailable(
        `The server at ${address} is starting up or shutting down. Try again in a few seconds.`,
      );
    default:
      return undefined;
  }
}

/** Node's code of a socket, resolver or TLS error; the first one when several addresses were tried. */
function nodeCode(error: Error): string | undefined {
  if ("code" in error && typeof error.code === "string") return error.code;
  if (!(error instanceof AggregateError)) return undefined;
  const first: unknown = error.errors[0];
  return first instanceof Error ? nodeCode(first) : undefined;
}

function failureOfNodeCode(code: string, settings: ConnectionSettings): Failure | undefined {
  const { address, host, label } = settings;
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return unavailable(
        `No database server answers at ${address}. Start it, or correct host and port in ${label}.`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NONAME":
      return unavailable(
        `The host name "${host}" cannot be resolved. Correct it in ${label}, or check the network.`,
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "EADDRNOTAVAIL":
      return unavailable(
        `There is no network route to ${address}. Check the network, or correct the host in ${label}.`,
      );
    case "ETIMEDOUT":
      return unavailable(timeoutSentence(settings));
    case "ECONNRESET":
    case "EPIPE":
      return unavailable(closedSentence(settings));
    case "EACCES":
    case "EPERM":
      return denied(
        `This process may not open ${address}. Check the permissions of the socket or the firewall.`,
      );
    default:
      return undefined;
  }
}

function timeoutSentence(settings: ConnectionSettings): string {
  return (
    `The server at ${settings.address} did not answer within ${settings.connectTimeoutMilliseconds / 1000} s. ` +
    `Check that host and port in ${settings.label} are right and no firewall is between.`
  );
}

function closedSentence(settings: ConnectionSettings): string {
  return `The server at ${settings.address} closed the connection during the login. Check that it is a PostgreSQL server, and its log.`;
}

const certificateCodes =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/u;

function failureOfMessage(
  error: Error,
  code: string | undefined,
  settings: ConnectionSettings,
): Failure | undefined {
  const { address, label, user } = settings;
  const { message } = error;
  if (message.startsWith("The server does not support SSL")) {
    return unavailable(
      `The server at ${address} refuses TLS. Switch TLS on there; only a server on this machine may be used without it (sslmode=disable).`,
      false,
    );
  }
  if (message.startsWith("There was an error establishing an SSL"))
    return unavailable(closedSentence(settings));
  if (code !== undefined && certificateCodes.test(code)) {
    return unavailable(
      `The TLS certificate of the server at ${address} cannot be trusted (${code}). Give its certificate authority as sslrootcert=FILE in ${label}, or correct the host name.`,
      false,
    );
  }
  if (/password must be a (?:non-empty )?string/iu.test(message)) {
    return denied(
      `The server at ${address} asks for the password of user "${user}", and ${label} has none. Add it.`,
    );
  }
  if (message.startsWith("SASL")) {
    return denied(
      `The server at ${address} and user "${user}" could not agree on a login (SCRAM). Check the password.`,
    );
  }
  if (/timeout/iu.test(message)) return unavailable(timeoutSentence(settings));
  if (message.startsWith("Connection terminated")) return unavailable(closedSentence(settings));
  return undefined;
}

/** Turns whatever a failed login threw into a typed error whose message is one sentence with what to do. */
export function toConnectionError(error: unknown, settings: ConnectionSettings): DatabaseError {
  const typed = toDatabaseError(error);
  if (!(error instanceof Error) || typed === error) return typed;
  const sqlState = sqlStateOf(error);
  const code = sqlState === undefined ? nodeCode(error) : undefined;
  const failure =
    sqlState === undefined
      ? ((code === undefined ? undefined : failureOfNodeCode(code, settings)) ??
        failureOfMessage(error, code, settings))
      : failureOfSqlState(sqlState, settings);
  if (failure === undefined) {
    return createDatabaseError(
      typed.kind,
      `Cannot log in to the server at ${settings.address}: ${typed.message}`,
      {
        sqlState,
        detail: typed.detail,
        hint: typed.hint,
        isRetryable: typed.isRetryable,
        cause: error,
      },
    );
  }
  return createDatabaseError(failure.kind, failure.sentence, {
    sqlState,
    detail: typed.detail,
    hint: typed.hint,
    isRetryable: failure.isRetryable,
    cause: error,
  });
}
