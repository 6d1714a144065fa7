import type { SafetyClass } from "./step.ts";
export interface SafetyFinding {
  readonly safety: SafetyClass;
  readonly reason: string;
}
/** The gravest class found in a step's statements. */
export declare function classifyStatements(statements: readonly string[]): SafetyFinding;
