import type { CatalogueDifference } from "./catalogue/difference.ts";
import type { MigratorContext } from "./migrator.ts";
import type { MigrationSession } from "./session/session.ts";
import type { ServerDescription } from "./session/server-description.ts";
import type { Declaration } from "./situation.ts";
export interface CatalogueComparison {
  /** Fingerprint of the live schema. */
  readonly fingerprint: string;
  /** Fingerprint the declaration asks for. */
  readonly expected: string;
  readonly differences: readonly CatalogueDifference[];
}
export interface VerifyResult extends CatalogueComparison {
  readonly server: ServerDescription;
  /** Migrations not yet applied; while there are any, what they make counts as missing. */
  readonly pending: readonly string[];
}
/** Runs a verification of its own. */
export declare function verify(context: MigratorContext): Promise<VerifyResult>;
/**
 * Reads the live catalogue and compares it.
 * @throws MigratorError `catalogue-missing` or `catalogue-stale` when there is nothing to compare with.
 */
export declare function compareWithDeclaration(
  session: MigrationSession,
  { declared, folder }: Declaration,
): Promise<CatalogueComparison>;
