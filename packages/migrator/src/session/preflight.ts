// Refuses, before anything is touched, a server or role with which the run could only fail half-way.

import {
  quoteIdentifier,
  requireSupportedServer,
  type ServerVersion,
  UnsupportedServerError,
} from "@app/database";

import { MigratorError, UnsuitableServerError } from "../errors.ts";
import type { ServerDescription } from "./server-description.ts";

/** @throws {@link UnsuitableServerError} `server-too-old`. */
export function requireSupportedVersion(version: ServerVersion): void {
  try {
    requireSupportedServer(version);
  } catch (error) {
    if (!(error instanceof UnsupportedServerError)) throw error;
    throw new UnsuitableServerError("server-too-old", error.message, { cause: error });
  }
}

/** The first TimescaleDB for the oldest PostgreSQL that is supported. */
const oldestExtension = { major: 2, minor: 23 };

/** @throws {@link UnsuitableServerError} `extension-too-old`. */
export function requireSupportedExtension({ timescaleVersion, database }: ServerDescription): void {
  if (timescaleVersion === null) return;
  const [major = 0, minor = 0] = timescaleVersion.split(".").map((part) => Number.parseInt(part, 10));
  const { major: oldest, minor: oldestMinor } = oldestExtension;
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
  throw new UnsuitableServerError(
    "extension-too-old",
    `TimescaleDB ${oldest}.${oldestMinor} or newer is needed; the database "${database}" has ${timescaleVersion}: run \`ALTER EXTENSION timescaledb UPDATE\` as the first statement of a new session.`,
  );
}

/** @throws {@link UnsuitableServerError} when this session could not create anything. */
export function requireWritable(server: ServerDescription): void {
  if (server.readOnly) {
    throw new UnsuitableServerError(
      "server-read-only",
      "This server is a standby or set to read-only, so nothing can be created here: point DATABASE_URL at the primary.",
    );
  }
  if (server.mayCreateInPublic === null) {
    throw new UnsuitableServerError(
      "schema-missing",
      `The database "${server.database}" has no schema public: ask its owner to run \`CREATE SCHEMA public AUTHORIZATION ${quoteIdentifier(server.role)}\`.`,
    );
  }
  if (!server.mayCreateInPublic) {
    throw new UnsuitableServerError(
      "permission-denied",
      `The role "${server.role}" may not create in schema public of "${server.database}": ask its owner to run \`GRANT CREATE ON SCHEMA public TO ${quoteIdentifier(server.role)}\`, or connect as the owner.`,
    );
  }
}

/** Turns "permission denied for schema_migrations" into what to ask for. */
export function ledgerDenied(server: ServerDescription, cause: unknown): MigratorError {
  return new UnsuitableServerError(
    "permission-denied",
    `The role "${server.role}" may not read public.schema_migrations: ask its owner to run \`GRANT SELECT ON public.schema_migrations TO ${quoteIdentifier(server.role)}\`, or connect as the owner.`,
    { cause },
  );
}
