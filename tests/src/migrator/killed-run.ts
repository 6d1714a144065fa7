// One run of a program on a fresh database, killed just before a statement reaches the server, and what it left behind.
// Decides nothing: the tests say what may be left.
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { readLiveCatalogue } from "@app/migrator/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { openClient } from "../fixtures/client.ts";
import { startProgram } from "../fixtures/command.ts";
import { startStatementProxy } from "../fixtures/statement-proxy.ts";

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** All of a database that a rerun could find otherwise than another: the catalogue and the ledger, times left out. */
export interface LeftBehind {
  readonly fingerprint: string;
  /** Undefined when there is no ledger. */
  readonly ledger: readonly string[] | undefined;
}

/** How many statements an uninterrupted run on an empty database sends, and what it leaves. */
export async function runWhole({
  file,
  args,
}: Program): Promise<LeftBehind & { readonly statements: number }> {
  await using database = await createTestDatabase();
  await using proxy = await startStatementProxy(database.url);
  const { exitCode, stderr } = await startProgram(file, args, proxy.url).ended;
  if (exitCode !== 0) throw new Error(`The uninterrupted run ended with ${exitCode}: ${stderr}`);
  return { ...(await readLeftBehind(database)), statements: proxy.forwarded };
}

/** Starts the program and ends it with SIGKILL when its statement of this number arrives; false when it sent fewer. */
export async function killAtStatement(
  { file, args }: Program,
  { url }: TestDatabase,
  statement: number,
): Promise<boolean> {
  await using proxy = await startStatementProxy(url, { holdBack: statement });
  const running = startProgram(file, args, proxy.url);
  const isHeldBack = await Promise.race([proxy.heldBack.then(() => true), running.ended.then(() => false)]);
  if (isHeldBack) running.process.kill("SIGKILL");
  const { signal } = await running.ended;
  return isHeldBack && signal === "SIGKILL";
}

/** What the database holds once the server has noticed that the killed client is gone. */
export async function readLeftBehind({ url }: TestDatabase): Promise<LeftBehind> {
  const client = await openClient(url);
  try {
    const others =
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrate%'";
    while ((await client.query(others)).rowCount !== 0) await sleep(10);
    const { rows } = await client.query<{ exists: boolean }>(
      "SELECT to_regclass('public.schema_migrations') IS NOT NULL AS exists",
    );
    const ledger =
      rows[0]?.exists === true
        ? await client.query<{ row: string }>(
            `SELECT (to_jsonb(ledger) - '{applied_at,duration_ms}'::text[])::text AS row
             FROM schema_migrations AS ledger ORDER BY kind, position, name`,
          )
        : undefined;
    return {
      fingerprint: (await readLiveCatalogue(url)).fingerprint,
      ledger: ledger?.rows.map(({ row }) => row),
    };
  } finally {
    await client.end();
  }
}
