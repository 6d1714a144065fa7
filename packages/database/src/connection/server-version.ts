// The server's version as it announces itself at login. Not which versions will do, which is the migrator's to say, and
// not feature detection; extensions have their own versions.

import { UnsupportedServerError } from "../errors/database-error.ts";

/** A PostgreSQL version. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** As the server writes it, without the packager's remark: `18.4`, `19beta1`. */
  readonly text: string;
}

/** Reads `server_version`: `18.4`, `18.4 (Debian 18.4-1)`, `19beta1`, `19devel`. */
export function parseServerVersion(announced: string): ServerVersion {
  const match = /^(?<major>\d+)(?:\.(?<minor>\d+))?\S*/u.exec(announced);
  if (match?.groups === undefined) {
    throw new UnsupportedServerError(
      `The server announces the version ${JSON.stringify(announced)}, which is not one of PostgreSQL's.`,
    );
  }
  return { major: Number(match.groups["major"]), minor: Number(match.groups["minor"] ?? 0), text: match[0] };
}

/** Oldest PostgreSQL served: uuidv7() and fast-path locks for many chunks came with it. */
export const oldestServerMajor = 18;

/** @throws {UnsupportedServerError} naming both versions. */
export function requireSupportedServer(version: ServerVersion): void {
  if (version.major >= oldestServerMajor) return;
  throw new UnsupportedServerError(
    `PostgreSQL ${oldestServerMajor} or newer is needed; this server is ${version.text}: upgrade it, or point DATABASE_URL at a newer one.`,
  );
}
