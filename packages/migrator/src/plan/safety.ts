// Classifies a migration's statements from their text. A class is a warning to a reader, not a proof: what the
// text does not show (the size of a table, who uses it) is not judged.

import { codeOfStatements } from "../files/sql-text.ts";
import type { SafetyClass } from "./step.ts";

export interface SafetyFinding {
  readonly safety: SafetyClass;
  readonly reason: string;
}

interface SafetyRule extends SafetyFinding {
  readonly pattern: RegExp;
}

const destructive: readonly SafetyRule[] = [
  {
    pattern: /^drop (?:table|materialized view|schema)\b/i,
    safety: "destructive",
    reason: "drops a table with its rows",
  },
  {
    pattern: /^alter table\b.*\bdrop column\b/i,
    safety: "destructive",
    reason: "drops a column with its values",
  },
  { pattern: /^truncate\b/i, safety: "destructive", reason: "empties a table" },
  { pattern: /^(?:with\b.*\b)?delete from\b/i, safety: "destructive", reason: "deletes rows" },
  { pattern: /^(?:with\b.*\b)?update\b/i, safety: "destructive", reason: "overwrites values" },
  {
    pattern: /^alter table\b.*\bset data type\b|^alter table\b.*\balter (?:column )?\S+ type\b/i,
    safety: "rewrites",
    reason: "changes a column's type, which may rewrite the table under an exclusive lock",
  },
];

// Only on a table that already exists: on one made by the same migration there is nothing to scan or rewrite.
const onExistingTable: readonly (SafetyRule & { readonly table: RegExp })[] = [
  {
    pattern: /^create (?:unique )?index (?!concurrently)/i,
    table: /\bon (?:only )?(\S+)/i,
    safety: "rewrites",
    reason: "builds an index while writers of the table wait",
  },
  {
    pattern: /^alter table\b.*\badd constraint\b(?!.*\bnot valid\b)/i,
    table: /^alter table (?:if exists )?(?:only )?(\S+)/i,
    safety: "rewrites",
    reason: "checks every row of the table while its writers wait",
  },
  {
    pattern: /^alter table\b.*\bset not null\b/i,
    table: /^alter table (?:if exists )?(?:only )?(\S+)/i,
    safety: "rewrites",
    reason: "checks every row of the table while its writers wait",
  },
  {
    pattern:
      /^alter table\b.*\badd column\b.*\b(?:generated always as \(|default (?:gen_random_uuid|uuidv7|clock_timestamp|nextval|random))/i,
    table: /^alter table (?:if exists )?(?:only )?(\S+)/i,
    safety: "rewrites",
    reason: "adds a column whose value is computed per row, which rewrites the table",
  },
];

const severity: Readonly<Record<SafetyClass, number>> = {
  online: 0,
  rewrites: 1,
  "one-way": 2,
  destructive: 3,
};

/** The gravest class found in a step's statements. */
export function classifyStatements(statements: readonly string[]): SafetyFinding {
  const made = new Set<string>();
  let worst: SafetyFinding = { safety: "online", reason: "short locks, nothing lost" };
  for (const sql of statements) {
    // Quoted names are needed to tell tables apart, so quotes go but their content stays.
    const named = sql.replaceAll('"', "").replace(/\s+/g, " ").trim();
    const created = /^create (?:unlogged )?table (?:if not exists )?([^\s(]+)/i.exec(named)?.[1];
    if (created !== undefined) {
      made.add(bareName(created));
    }
    for (const code of codeOfStatements(sql.replaceAll('"', ""))) {
      for (const finding of findingsOf(code, made)) {
        if (severity[finding.safety] > severity[worst.safety]) {
          worst = { safety: finding.safety, reason: finding.reason };
        }
      }
    }
  }
  return worst;
}

function findingsOf(code: string, made: ReadonlySet<string>): readonly SafetyFinding[] {
  const existing = onExistingTable.filter((rule) => {
    const table = rule.table.exec(code)?.[1];
    return rule.pattern.test(code) && !(table !== undefined && made.has(bareName(table)));
  });
  return [...destructive.filter((rule) => rule.pattern.test(code)), ...existing];
}

function bareName(name: string): string {
  return name
    .replace(/^public\./i, "")
    .replace(/\($/, "")
    .toLowerCase();
}
