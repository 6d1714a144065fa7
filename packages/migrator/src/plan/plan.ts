// Every step a run would take, with its SQL and the reason, in order. Made of the files, the code and the ledger;
// what executes is the same data.

import type { RepeatableObject } from "@app/schema";

import type { MigrationHistory } from "../ledger/history.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { RepeatableChange, RepeatableScope } from "../repeatable/repeatable-changes.ts";
import { repeatableChanges } from "../repeatable/repeatable-changes.ts";
import { classifyStatements } from "./safety.ts";
import type { PlanStep } from "./step.ts";

/** The steps that would bring a database to the declared state. */
export function planSteps(
  history: MigrationHistory,
  repeatables: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): readonly PlanStep[] {
  return [
    ...history.pending.map(({ file, statementsDone }): PlanStep => {
      const statements = file.statements.slice(statementsDone);
      const interrupted = rows.some((row) => row.kind === "versioned" && row.name === file.name);
      return {
        kind: "versioned",
        action: interrupted ? "resume" : "apply",
        name: file.name,
        why: interrupted
          ? `was interrupted after statement ${statementsDone} of ${file.statements.length}`
          : "not yet applied to this database",
        ...classifyStatements(statements.map(({ sql }) => sql)),
        transactional: file.transactional,
        statements,
      };
    }),
    ...repeatableChanges(repeatables, rows, scope).map(repeatableStep),
  ];
}

function repeatableStep(change: RepeatableChange): PlanStep {
  return {
    kind: "repeatable",
    action: change.action,
    name: `${change.objectKind.replace("_", " ")} ${change.name}`,
    why: change.why,
    ...safetyOf(change),
    transactional: true,
    statements: change.statements,
  };
}

function safetyOf(change: RepeatableChange): Pick<PlanStep, "safety" | "reason"> {
  if (change.action === "drop" && change.forGood) {
    return change.objectKind === "trigger"
      ? { safety: "online", reason: "stops what the trigger did; holds no rows" }
      : { safety: "online", reason: "holds no rows of its own" };
  }
  return change.objectKind === "materialized_view"
    ? { safety: "rewrites", reason: "is filled again from its query in the same transaction" }
    : { safety: "online", reason: "replaced in one transaction; no session sees it absent" };
}
