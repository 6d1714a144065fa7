// Which part a server plays: primary or standby, and whether its sessions may write. PostgreSQL announces both at login, and
// again when they change, so judging costs no query. Not the choice among hosts (host-chooser.ts).
// Source: PostgreSQL 18 documentation, 32.1.2, target_session_attrs; 53.2.7, asynchronous operations (ParameterStatus).

import type { Session } from "./session.ts";

/** What libpq's `target_session_attrs` can ask for. */
export const targetSessionAttributes = [
  "any",
  "read-write",
  "read-only",
  "primary",
  "standby",
  "prefer-standby",
] as const;

/** Which server a session is to be on; libpq's meaning of each. */
export type TargetSessionAttributes = (typeof targetSessionAttributes)[number];

/** What a server says about itself. */
export interface ServerRole {
  /** True on a standby, which follows a primary and takes no writes. */
  readonly isInRecovery: boolean;
  /** True when transactions are read only unless they ask to write. */
  readonly isReadOnlyByDefault: boolean;
}

/**
 * Why a server does not fit, as the end of a sentence about it; undefined when it fits.
 * `prefer-standby` refuses a primary here: taking one all the same is the second round of whoever chooses.
 */
export function reasonAgainst(role: ServerRole, target: TargetSessionAttributes): string | undefined {
  switch (target) {
    case "any":
      return undefined;
    case "read-write":
      if (role.isInRecovery) return "is a standby, which takes no writes";
      return role.isReadOnlyByDefault ? "has read-only sessions" : undefined;
    case "read-only":
      return role.isInRecovery || role.isReadOnlyByDefault ? undefined : "takes writes";
    case "primary":
      return role.isInRecovery ? "is a standby" : undefined;
    case "standby":
    case "prefer-standby":
      return role.isInRecovery ? undefined : "is a primary";
    default:
      return target satisfies never;
  }
}

/** Reads the role out of what the server announced; undefined when something between, such as a pooler, kept it back. */
export function roleOf(parameters: ReadonlyMap<string, string>): ServerRole | undefined {
  const recovery = parameters.get("in_hot_standby");
  const readOnly = parameters.get("default_transaction_read_only");
  if (recovery === undefined || readOnly === undefined) return undefined;
  return { isInRecovery: recovery === "on", isReadOnlyByDefault: readOnly === "on" };
}

/** Asks a server behind such a pooler. */
export async function askRole(session: Pick<Session, "query">): Promise<ServerRole> {
  const { rows } = await session.query<ServerRole>(
    `SELECT pg_is_in_recovery() AS "isInRecovery", current_setting('default_transaction_read_only')::bool AS "isReadOnlyByDefault"`,
  );
  return rows[0] ?? { isInRecovery: false, isReadOnlyByDefault: false };
}
