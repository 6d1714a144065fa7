import type { RepeatableObject } from "@app/schema";
import type { MigrationStatement } from "../files/migration-statement.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
export interface RepeatableDrop {
  readonly action: "drop";
  readonly name: string;
  readonly objectKind: string;
  readonly why: string;
  readonly statements: readonly MigrationStatement[];
  /** False when it is made again in the same transaction. */
  readonly forGood: boolean;
}
export interface RepeatableMake {
  readonly action: "create" | "replace" | "recreate";
  readonly name: string;
  readonly objectKind: string;
  readonly why: string;
  readonly statements: readonly MigrationStatement[];
  readonly object: RepeatableObject;
  /** Place in the code's order. */
  readonly position: number;
}
export type RepeatableChange = RepeatableDrop | RepeatableMake;
/**
 * - `changed`: only what differs, and what the server makes depend on it
 * - `all`: everything is dropped and made again (`--reapply`, or when something undeclared depends on a part)
 */
export type RepeatableScope = "changed" | "all";
/** The changes, in the order in which they run; empty when the ledger agrees with the code. */
export declare function repeatableChanges(
  objects: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): readonly RepeatableChange[];
