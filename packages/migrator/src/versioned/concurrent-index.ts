// Makes a statement that builds or drops an index concurrently safe to repeat. A killed or timed-out build leaves
// an invalid index behind under the final name: it is dropped and built again; a valid one is the finished work.

import { quoteIdentifier } from "@app/database";

import type { MigrationStatement } from "../files/migration-statement.ts";
import type { MigrationSession } from "../session/session.ts";

const namePattern = String.raw`(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))`;
const createPattern = new RegExp(
  String.raw`^\s*create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?${namePattern}\s+on\b`,
  "iu",
);
const dropPattern = new RegExp(
  String.raw`^\s*drop\s+index\s+concurrently\s+(?:if\s+exists\s+)?(?:(?:public|"public")\.)?${namePattern}\s*(?:cascade|restrict)?\s*;?\s*$`,
  "iu",
);

/** What must be done, or has been done already, before a statement is sent (again). */
export type Readiness =
  | { readonly state: "run" }
  | { readonly state: "done" }
  | { readonly state: "drop-invalid"; readonly indexes: readonly string[] }
  | { readonly state: "being-built"; readonly index: string };

interface IndexState {
  readonly name: string;
  readonly valid: boolean;
  readonly building: boolean;
}

/** Looks at the catalogue. `resumed`: an earlier run may have finished the statement without recording it. */
export async function readinessOf(
  session: MigrationSession,
  statement: MigrationStatement,
  resumed: boolean,
): Promise<Readiness> {
  const sql = withoutLeadingComments(statement.sql);
  const created = nameIn(createPattern, sql);
  if (created !== undefined) {
    const [index] = await indexStates(session, "c.relname = $1", created);
    if (index === undefined) {
      return { state: "run" };
    }
    if (index.building) {
      return { state: "being-built", index: created };
    }
    if (!index.valid) {
      return { state: "drop-invalid", indexes: [created] };
    }
    return resumed ? { state: "done" } : { state: "run" };
  }
  const dropped = nameIn(dropPattern, sql);
  if (dropped !== undefined && resumed) {
    return (await indexStates(session, "c.relname = $1", dropped)).length === 0
      ? { state: "done" }
      : { state: "run" };
  }
  if (resumed && /^\s*reindex\b/i.test(sql)) {
    const left = (
      await indexStates(session, "c.relname ~ $1 AND NOT i.indisvalid", "_cc(new|old)[0-9]*$")
    ).filter((index) => !index.building);
    return left.length === 0
      ? { state: "run" }
      : { state: "drop-invalid", indexes: left.map((index) => index.name) };
  }
  return { state: "run" };
}

/** Drops an index nobody can use. Outside a transaction. */
export async function dropInvalidIndex(session: MigrationSession, index: string): Promise<void> {
  await session.query(`DROP INDEX CONCURRENTLY IF EXISTS public.${quoteIdentifier(index)}`);
}

async function indexStates(
  session: MigrationSession,
  condition: string,
  parameter: string,
): Promise<readonly IndexState[]> {
  return session.query<IndexState>(
    `SELECT c.relname::text AS name, i.indisvalid AS valid,
            EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid) AS building
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = 'public'::regnamespace AND ${condition}`,
    [parameter],
  );
}

function nameIn(pattern: RegExp, sql: string): string | undefined {
  const match = pattern.exec(sql);
  return match?.[1]?.replaceAll('""', '"') ?? match?.[2]?.toLowerCase();
}

function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "");
}
