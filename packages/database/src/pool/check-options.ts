// Holds what createDatabase was given against what it may be. Invariant: refused before the first connection, by name.

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
