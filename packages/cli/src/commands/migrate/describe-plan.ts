// Planned steps as text: each with its SQL, why it would run, and what it does to a database in use.

import type { PlanStep } from "@app/migrator";

/** The steps with their SQL. */
export function describePlan(steps: readonly PlanStep[]): string {
  return steps
    .map(
      (step) =>
        `${heading(step)}${step.statements.map(({ sql }) => `${sql.replace(/;\s*$/u, "")};\n`).join("")}\n`,
    )
    .join("");
}

/** The steps by name only. */
export function listSteps(steps: readonly PlanStep[]): string {
  const listed = steps.filter(({ kind }) => kind !== "repeatable");
  const others = steps.length - listed.length;
  return [
    ...listed.map(({ name, action, safety, reason }) => `  ${action} ${name} (${safety}: ${reason})\n`),
    others === 0 ? "" : `  ${others} changes of functions, triggers and views\n`,
  ].join("");
}

function heading({ action, name, why, safety, reason, transactional }: PlanStep): string {
  return [
    `-- ${action} ${name}: ${why}\n`,
    `-- ${safety}: ${reason}\n`,
    transactional ? "" : "-- statement by statement, without a transaction; resumable\n",
  ].join("");
}
