// Drift as lines for a person: what differs, and under it what mends it.

import type { CatalogueDifference } from "@app/migrator";

export function describeDrift(differences: readonly CatalogueDifference[]): string {
  return differences.map(({ message, mend }) => `  ${message}\n    mend: ${mend}\n`).join("");
}
