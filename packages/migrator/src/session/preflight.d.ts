import { MigratorError } from "../errors.ts";
import type { ServerDescription } from "./server-description.ts";
/** Oldest PostgreSQL served: uuidv7() and fast-path locks for many chunks came with it. */
export declare const oldestServerMajor = 18;
/** @throws {@link UnsuitableServerError} `server-too-old`. */
export declare function requireSupportedVersion(version: {
  readonly major: number;
  readonly text: string;
}): void;
/** @throws {@link UnsuitableServerError} when this session could not create anything. */
export declare function requireWritable(server: ServerDescription): void;
/** Turns "permission denied for schema_migrations" into what to ask for. */
export declare function ledgerDenied(server: ServerDescription, cause: unknown): MigratorError;
