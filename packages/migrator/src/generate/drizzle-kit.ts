// The two calls of drizzle-kit this package uses, loaded only when something is generated. Neither ever asks a
// question: callers hand over snapshots between which nothing can be mistaken for a rename (unambiguous-path.ts).

import type { SnapshotJson } from "./snapshot-json.ts";

export interface DrizzleKit {
  /** The snapshot of a module of drizzle tables and enums. */
  snapshotOf(schema: Readonly<Record<string, unknown>>, previousId: string | undefined): SnapshotJson;
  /** The statements that lead from one snapshot to another. */
  statementsBetween(from: SnapshotJson, to: SnapshotJson): Promise<readonly string[]>;
}

/** Loads drizzle-kit. */
export async function loadDrizzleKit(): Promise<DrizzleKit> {
  const { generateDrizzleJson, generateMigration } = await import("drizzle-kit/api");
  return {
    snapshotOf: (schema, previousId) => generateDrizzleJson({ ...schema }, previousId),
    statementsBetween: async (from, to) => generateMigration(from, to),
  };
}
