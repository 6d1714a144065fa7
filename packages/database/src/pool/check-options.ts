// Holds what createDatabase was given against what it may be. Invariant: refused before the first connection, by name.

import type { SessionTimeouts } from "../connection/client-config.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import { InvalidInputError } from "../errors/database-error.ts";
import type { DatabaseOptions } from "./database.ts";

/** @throws {InvalidInputError} naming the option */
export function checkedCount(count: number, name: string): number {
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidInputError(`${name} must be a whole number from 1.`, { field: name });
}

/** @throws {InvalidInputError} a replica that is to take writes, or a lag that is none */
export function checkReplicaSettings({
  replicas = [],
  maxReplicaLagMilliseconds: lag,
}: DatabaseOptions): readonly ConnectionSettings[] {
  if (lag !== undefined && !(lag >= 0)) {
    throw new InvalidInputError("maxReplicaLagMilliseconds must be a number from 0.", {
      field: "maxReplicaLagMilliseconds",
    });
  }
  for (const [index, { targetSessionAttributes: target, label }] of replicas.entries()) {
    if (target !== "read-write" && target !== "primary") continue;
    throw new InvalidInputError(
      `${label} asks for target_session_attrs=${target} of a replica, which is only read from; ask for prefer-standby, or leave it out.`,
      { field: `replicas[${index}]` },
    );
  }
  return replicas;
}

/** What a timer of Node and a setting of the server can count. */
const MOST_MILLISECONDS = 2_147_483_647;

/** @throws {InvalidInputError} naming a timeout that is none, or that nobody keeps */
export function checkedTimeouts(timeouts: SessionTimeouts): SessionTimeouts {
  const known: Readonly<Record<keyof SessionTimeouts, true>> = {
    statement: true,
    lock: true,
    idleInTransaction: true,
    query: true,
  };
  refuseUnknownOptions(timeouts, known, "timeouts.");
  for (const [name, milliseconds] of Object.entries(timeouts)) {
    if (Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds <= MOST_MILLISECONDS) continue;
    const field = `timeouts.${name}`;
    throw new InvalidInputError(
      `${field} must be a whole number of milliseconds from 0 to ${MOST_MILLISECONDS}; 0 is none.`,
      { field },
    );
  }
  return timeouts;
}

/**
 * A misspelt option that was passed over would be one the caller believes was taken.
 * @throws {InvalidInputError} naming an option that is none
 */
export function refuseUnknownOptions(
  given: object,
  known: Readonly<Record<string, unknown>>,
  path = "",
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    throw new InvalidInputError(`${path}${name} is no option. There are: ${Object.keys(known).join(", ")}.`, {
      field: `${path}${name}`,
    });
  }
}
