// The time-series declaration a run works with: that of the code where the server has TimescaleDB, else none.

import type { TimeSeriesDeclaration } from "@app/schema";

import { MigratorError } from "../errors.ts";
import type { DeclaredSchema } from "../declared/declared-schema.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { PlanStep, SafetyClass } from "../plan/step.ts";
import type { MigrationSession } from "../session/session.ts";
import { editionLimits } from "./edition-limits.ts";
import { readTimeSeries, type TimeSeriesSituation } from "./read-changes.ts";

const nothing: TimeSeriesDeclaration = { hypertables: [], continuousAggregates: [] };

/** What is declared for this server. */
export async function declaredTimeSeries(
  { server }: MigrationSession,
  declared: DeclaredSchema,
): Promise<TimeSeriesDeclaration> {
  return server.edition === "postgres" ? nothing : ((await declared.timeSeries?.()) ?? nothing);
}

/** What this server's edition does not do of it. */
export async function limitsOfServer(
  { server }: MigrationSession,
  declared: DeclaredSchema,
): Promise<readonly string[]> {
  return editionLimits(server.edition, (await declared.timeSeries?.()) ?? nothing);
}

/** Where the time series of a database stand. */
export async function readDeclaredTimeSeries(
  session: MigrationSession,
  declared: DeclaredSchema,
  rows: readonly LedgerRow[],
): Promise<TimeSeriesSituation & { readonly declaration: TimeSeriesDeclaration }> {
  const declaration = await declaredTimeSeries(session, declared);
  return { declaration, ...(await readTimeSeries(session, declaration, rows)) };
}

/** Classes that need a flag of their own on the command line. */
export const guardedClasses = ["destructive", "one-way"] as const satisfies readonly SafetyClass[];

/** Safety class of a time-series step that is refused unless it is allowed: it loses rows, or has no way back. */
export type GuardedClass = (typeof guardedClasses)[number];

/**
 * Only for declared steps: nobody wrote them down, while a migration is a file that somebody reviewed.
 * @throws MigratorError `step-not-allowed` naming every step whose class was not allowed.
 */
export function requireAllowed(steps: readonly PlanStep[], allowed: readonly SafetyClass[]): void {
  const refused = steps.filter(
    ({ kind, safety }) =>
      kind === "declared" &&
      guardedClasses.some((guarded) => guarded === safety) &&
      !allowed.includes(safety),
  );
  const [first] = refused;
  if (first === undefined) return;
  throw new MigratorError(
    "step-not-allowed",
    `${refused.map(({ name, why, safety, reason }) => `${name} (${why}) is ${safety}: ${reason}`).join("; ")}. Nothing was changed; repeat it with ${[...new Set(refused.map(({ safety }) => `--allow ${safety}`))].join(" ")}.`,
  );
}
