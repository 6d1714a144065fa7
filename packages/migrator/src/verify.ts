// Compares the live catalogue with the one the code declares. Reads only, mends nothing.

import type { RepeatableObject } from "@app/schema";

import type { CatalogueDifference } from "./catalogue/difference.ts";
import { withoutTimeSeries } from "./time-series/without-time-series.ts";
import { readDeclaredTimeSeries } from "./time-series/declared-state.ts";
import { timeSeriesDifferences } from "./time-series/time-series-steps.ts";
import { readLedger } from "./ledger/ledger.ts";
import { compareCatalogues } from "./catalogue/compare-catalogues.ts";
import { readCatalogue } from "./catalogue/read-catalogue.ts";
import { declarationHash } from "./declared/declared-schema.ts";
import { readExpectedCatalogue } from "./declared/expected-catalogue.ts";
import { MigratorError } from "./errors.ts";
import type { MigratorContext } from "./migrator.ts";
import type { MigrationSession } from "./session/session.ts";
import type { ServerDescription } from "./session/server-description.ts";
import type { Declaration } from "./situation.ts";
import { readSituation, requireConsistent, withSession } from "./situation.ts";

/** How the live catalogue compares with the one the code declares. */
export interface CatalogueComparison {
  /** Fingerprint of the live schema. */
  readonly fingerprint: string;
  /** Fingerprint the declaration asks for. */
  readonly expected: string;
  /** Empty when the database is as declared. */
  readonly differences: readonly CatalogueDifference[];
}

/** What a verification of a database found; nothing was mended. */
export interface VerifyResult extends CatalogueComparison {
  readonly server: ServerDescription;
  /** Names of the migrations not yet applied; while there are any, what they make counts as missing. */
  readonly pending: readonly string[];
}

/** Runs a verification of its own. */
export async function verify(context: MigratorContext): Promise<VerifyResult> {
  return withSession(context, async (session, declaration) => {
    const situation = await readSituation(session, declaration.folder);
    requireConsistent(situation);
    const comparison = await compareWithDeclaration(session, declaration);
    return {
      server: session.server,
      pending: situation.history.pending.map(({ file }) => file.name),
      ...comparison,
    };
  });
}

/** The comparison where it can be made; else why it cannot. */
export type ComparisonAttempt =
  | { readonly differences: readonly CatalogueDifference[]; readonly reason: null }
  | { readonly differences: null; readonly reason: string };

/** Compares, and takes it for no failure that there is nothing to compare with. */
export async function tryCompareWithDeclaration(
  session: MigrationSession,
  declaration: Declaration,
): Promise<ComparisonAttempt> {
  try {
    const { differences } = await compareWithDeclaration(session, declaration);
    return { differences, reason: null };
  } catch (error) {
    if (
      error instanceof MigratorError &&
      (error.code === "catalogue-missing" || error.code === "catalogue-stale")
    ) {
      return { differences: null, reason: error.message };
    }
    throw error;
  }
}

/**
 * Reads the live catalogue and compares it.
 * @throws MigratorError `catalogue-missing` or `catalogue-stale` when there is nothing to compare with.
 */
export async function compareWithDeclaration(
  session: MigrationSession,
  { declared, folder }: Declaration,
): Promise<CatalogueComparison> {
  const expected = await readExpectedCatalogue(folder.directory);
  if (expected === undefined) {
    throw new MigratorError(
      "catalogue-missing",
      "meta/catalogue.json is not in the migrations folder, so there is nothing to verify against: make it with `pnpm db:generate`.",
    );
  }
  if (expected.declarationHash !== declarationHash(folder, declared.repeatables)) {
    throw new MigratorError(
      "catalogue-stale",
      "meta/catalogue.json was made of an older state of the code: bring it up to date with `pnpm db:generate`.",
    );
  }
  const found = await readCatalogue(session);
  const timeSeries = await readDeclaredTimeSeries(session, declared, (await readLedger(session)) ?? []);
  const [wanted, live] = withoutTimeSeries(session.server.edition, timeSeries.declaration, [
    expected.catalogue,
    found,
  ]);
  const hypertables = new Set(timeSeries.live.hypertables.map(({ table }) => table));
  return {
    fingerprint: live.fingerprint,
    expected: wanted.fingerprint,
    differences: [
      ...withAfterwards(compareCatalogues(wanted, live, hypertables), declared.repeatables),
      ...timeSeriesDifferences(timeSeries.changes, timeSeries.live),
    ],
  };
}

/** Adds to each mend what its object asks to be run afterwards; what nobody declared asks for nothing. */
function withAfterwards(
  differences: readonly CatalogueDifference[],
  repeatables: readonly RepeatableObject[],
): readonly CatalogueDifference[] {
  const notes = new Map(repeatables.map(({ kind, name, afterwards }) => [`${kind} ${name}`, afterwards]));
  return differences.map((difference) => {
    const note = notes.get(`${difference.class} ${difference.name}`);
    return note === undefined || difference.kind === "undeclared"
      ? difference
      : { ...difference, mend: `${difference.mend}; then ${note}` };
  });
}
