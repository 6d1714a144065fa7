// The real `migrate` killed after every statement it sends outside of a transaction and every eighth inside of one, one kill
// after the other on the same databases: each run is the rerun of the one killed before it. Nothing half done is ever left,
// and the last run ends like an undisturbed one.
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { readLiveCatalogue } from "@app/migrator/testing";
import { openClient } from "../fixtures/client.ts";
import { commandLine, startProgram } from "../fixtures/command.ts";
import { openStatementGate } from "../fixtures/statement-gate.ts";

const TIMEOUT = 900_000;
const LANES = availableParallelism() + 1;
/** Wherever a transaction is cut off, the server keeps nothing of it. */
const STRIDE_IN_TRANSACTION = 8;

/** The statements to kill after. */
const isPoint = (statement: number, isInTransaction: boolean): boolean =>
  !isInTransaction || statement % STRIDE_IN_TRANSACTION === 0;

/** All of a database that a rerun could find otherwise than another: the catalogue and the ledger, times left out. */
interface LeftBehind {
  readonly fingerprint: string;
  /** Undefined when there is no ledger. */
  readonly ledger: readonly string[] | undefined;
}

/** What the database holds once the server has noticed that the killed client is gone. */
async function readLeftBehind({ url }: TestDatabase): Promise<LeftBehind> {
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
    const { fingerprint } = await readLiveCatalogue(url);
    return { fingerprint, ledger: ledger?.rows.map(({ row }) => row) };
  } finally {
    await client.end();
  }
}

/** Runs `migrate`, and kills it once it is at this point, before it hears so. False when it met fewer. */
async function killAtPoint({ url }: TestDatabase, at: number): Promise<boolean> {
  const reached = Promise.withResolvers<true>();
  await using gate = await openStatementGate({
    url,
    at,
    moment: "after",
    isCounted: isPoint,
    onReached: () => reached.resolve(true),
  });
  const running = startProgram(commandLine, ["migrate", "--json"], gate.url);
  const isReached = await Promise.race([reached.promise, running.ended.then(() => false)]);
  if (isReached) running.process.kill("SIGKILL");
  const { exitCode, signal } = await running.ended;
  expect(isReached ? signal : exitCode).toBe(isReached ? "SIGKILL" : 0);
  return isReached;
}

interface Ordeal {
  readonly kills: number;
  /** Every state met, in order. */
  readonly states: readonly LeftBehind[];
}

/** Each run gets `stride` points further, and from the first again once something was committed; until one ends by itself. */
async function killRepeatedly(first: number, stride: number): Promise<Ordeal> {
  await using database = await createTestDatabase();
  const states = [await readLeftBehind(database)];
  let kills = 0;
  for (let point = first; await killAtPoint(database, point); point += stride) {
    kills += 1;
    const left = await readLeftBehind(database);
    if (JSON.stringify(left) !== JSON.stringify(states.at(-1))) {
      states.push(left);
      point = first - stride;
    }
  }
  const after = await readLeftBehind(database);
  const isNew = JSON.stringify(after) !== JSON.stringify(states.at(-1));
  return { kills, states: isNew ? [...states, after] : states };
}

async function runUndisturbed(): Promise<LeftBehind & { readonly points: number }> {
  await using database = await createTestDatabase();
  let points = 0;
  await using gate = await openStatementGate({
    url: database.url,
    at: 0,
    moment: "after",
    isCounted: (statement, isInTransaction) => {
      if (isPoint(statement, isInTransaction)) points += 1;
      return false;
    },
    onReached: () => {},
  });
  const { exitCode, stderr } = await startProgram(commandLine, ["migrate", "--json"], gate.url).ended;
  expect({ exitCode, failure: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, failure: "" });
  return { ...(await readLeftBehind(database)), points };
}

it(
  "a migrate killed anywhere leaves nothing half done, and its reruns end as if it had not been",
  { timeout: TIMEOUT },
  async () => {
    const { points, ...finished } = await runUndisturbed();
    const ordeals = await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => killRepeatedly(lane + 1, LANES)),
    );
    expect(ordeals.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(points - LANES);
    for (const { states } of ordeals) {
      // Nothing, the empty ledger, the versions, and with the functions, triggers and views everything: no state between.
      const rows = states.map(({ ledger }) => ledger?.length);
      expect([undefined, 0, 1, finished.ledger?.length]).toEqual(expect.arrayContaining(rows));
      expect(new Set(rows).size).toBe(rows.length);
      expect(states.at(-1)).toEqual(finished);
    }
  },
);
