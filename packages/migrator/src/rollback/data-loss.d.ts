import type { DataLoss } from "../errors.ts";
import type { MigrationSession } from "../session/session.ts";
import type { Removal } from "./snapshot.ts";
/** Locks every table concerned and counts its rows or values; only what has any is answered. */
export declare function findDataLoss(
  session: MigrationSession,
  removals: readonly Removal[],
): Promise<readonly DataLoss[]>;
/** One line for a person. */
export declare function describeLoss(loss: DataLoss): string;
