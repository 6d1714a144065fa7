// kill -9 before each statement that a migrate sends, then a rerun: the same catalogue and ledger as without the kill.
// A kill between two statements also stands for one after the first was done and before the client heard of it.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrationFixture } from "@app/migrator/testing";
import { openClient } from "../fixtures/client.ts";
import { commandLine, runCommand, startProgram } from "../fixtures/command.ts";
import { killAtStatement, readLeftBehind, runWhole, type LeftBehind, type Program } from "./killed-run.ts";
import { onPostgresOnly } from "./postgres-only.ts";

const LANES = availableParallelism() + 1;
const TIMEOUT = 900_000;
// Each different state is rerun from; beyond that every so many boundaries are, at once and without a look in between.
const DIRECT_RERUN_EVERY = 20;

/** Runs work for 1..count, several at a time. */
async function sweep(count: number, work: (boundary: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (next < count) {
        next += 1;
        await work(next);
      }
    }),
  );
}

const migrate: Program = { file: commandLine, args: ["migrate", "--json"] };
const migrateFolder = join(import.meta.dirname, "migrate-folder.ts");

const noTransaction = [
  { name: "notes", up: ["CREATE TABLE notes (note text NOT NULL)"], down: ["DROP TABLE notes"] },
  {
    name: "indexes",
    up: [
      "-- migrate: no-transaction\nINSERT INTO notes VALUES ('before')",
      "CREATE INDEX CONCURRENTLY notes_note ON notes (note)",
      "CREATE UNIQUE INDEX CONCURRENTLY notes_once ON notes (note)",
      "DROP INDEX CONCURRENTLY notes_note",
      "INSERT INTO notes VALUES ('after')",
    ],
    down: ["DELETE FROM notes", "DROP INDEX notes_once"],
  },
];

describe("a migrate that is killed", () => {
  it(
    "before any of its statements leaves a state from which a rerun ends as if it had not been",
    { timeout: TIMEOUT },
    async (context) => {
      onPostgresOnly(context);
      const whole = await runWhole(migrate);
      const finished: LeftBehind = { fingerprint: whole.fingerprint, ledger: whole.ledger };
      const leftBehind = new Map<string, number>();
      const seen = new Set<string>();
      const survivors: number[] = [];
      const wrong: unknown[] = [];
      await sweep(whole.statements, async (boundary) => {
        await using database = await createTestDatabase();
        if (!(await killAtStatement(migrate, database, boundary))) survivors.push(boundary);
        let isRerun = boundary % DIRECT_RERUN_EVERY === 0;
        if (!isRerun) {
          const left = await readLeftBehind(database);
          const state = JSON.stringify(left);
          isRerun = !seen.has(state);
          seen.add(state);
          const rows = left.ledger === undefined ? "no ledger" : `${left.ledger.length} rows`;
          leftBehind.set(rows, (leftBehind.get(rows) ?? 0) + 1);
        }
        if (isRerun) {
          const { exitCode, stderr } = await runCommand(["migrate", "--json"], database.url);
          const after = await readLeftBehind(database);
          if (exitCode !== 0 || JSON.stringify(after) !== JSON.stringify(finished)) {
            wrong.push({
              boundary,
              exitCode,
              stderr,
              fingerprint: after.fingerprint,
              rows: after.ledger?.length,
            });
          }
        }
      });
      expect({ wrong, survivors }).toEqual({ wrong: [], survivors: [] });
      // Nothing, the empty ledger, the versions, and with the functions, triggers and views everything: no state between.
      expect([...leftBehind.keys()].toSorted()).toEqual(
        ["no ledger", "0 rows", "1 rows", `${finished.ledger?.length ?? 0} rows`].toSorted(),
      );
      expect(seen.size).toBe(leftBehind.size);
    },
  );

  it(
    "between statements without a transaction continues there, and runs none twice",
    { timeout: TIMEOUT },
    async (context) => {
      onPostgresOnly(context);
      await using fixture = await createMigrationFixture(noTransaction);
      const program: Program = { file: migrateFolder, args: [fixture.directory.href] };
      const { statements, ...finished } = await runWhole(program);
      const outcomes = new Map<number, unknown>();
      await sweep(statements, async (boundary) => {
        await using database = await createTestDatabase();
        const isKilled = await killAtStatement(program, database, boundary);
        const { exitCode, stderr } = await startProgram(program.file, program.args, database.url).ended;
        const client = await openClient(database.url);
        try {
          const { rows } = await client.query<{ note: string }>("SELECT note FROM notes ORDER BY note");
          outcomes.set(boundary, {
            isKilled,
            exitCode,
            stderr,
            ...(await readLeftBehind(database)),
            notes: rows.map(({ note }) => note),
          });
        } finally {
          await client.end();
        }
      });
      expect(outcomes.size).toBe(statements);
      for (const [boundary, outcome] of outcomes) {
        expect(outcome, `killed before statement ${boundary}`).toEqual({
          isKilled: true,
          exitCode: 0,
          stderr: "",
          ...finished,
          notes: ["after", "before"],
        });
      }
    },
  );

  it(
    "while its index is being built waits for what the server goes on doing, and takes that for its own",
    { timeout: TIMEOUT },
    async (context) => {
      onPostgresOnly(context);
      await using fixture = await createMigrationFixture(noTransaction);
      const program: Program = { file: migrateFolder, args: [fixture.directory.href] };
      await using database = await createTestDatabase();
      const { statements: _, ...finished } = await runWhole(program);
      const reader = await openClient(database.url);
      const watcher = await openClient(database.url);
      try {
        // A transaction with a snapshot older than the index holds its build up.
        await reader.query("CREATE TABLE elsewhere ()");
        await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
        await reader.query("SELECT FROM elsewhere");
        const running = startProgram(program.file, program.args, database.url);
        const building = "SELECT FROM pg_stat_progress_create_index";
        while ((await watcher.query(building)).rowCount === 0) await sleep(20);
        running.process.kill("SIGKILL");
        expect((await running.ended).signal).toBe("SIGKILL");
        const rerun = startProgram(program.file, program.args, database.url);
        await sleep(500);
        await reader.query("ROLLBACK");
        await reader.query("DROP TABLE elsewhere");
        expect(await rerun.ended).toMatchObject({ exitCode: 0, stderr: "" });
        expect(await readLeftBehind(database)).toEqual(finished);
      } finally {
        await Promise.all([reader.end(), watcher.end()]);
      }
    },
  );
});
