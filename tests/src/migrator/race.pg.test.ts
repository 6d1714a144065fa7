// Sixteen processes migrate one empty database at once: each step is taken by exactly one of them, and nobody fails.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "@app/local-server/testing";
import { openClient } from "../fixtures/client.ts";
import { runCommand, startProgram, type CommandResult } from "../fixtures/command.ts";
import { makeMigrationFolder } from "../fixtures/migrations.ts";
import { onPostgresOnly } from "./postgres-only.ts";

const PROCESSES = 16;
const ROUNDS = 20;
// While one round waits for its lock, another uses the processor.
const ROUNDS_AT_A_TIME = 2;
const INSERT_ROUNDS = 3;
const TIMEOUT = 600_000;

interface Applied {
  readonly steps: readonly { readonly kind: string; readonly name: string }[];
  readonly differences: readonly unknown[] | null;
}

/** What a `migrate --json` that must have succeeded says. */
function documentOf({ exitCode, stdout, stderr }: CommandResult): Applied {
  expect({ exitCode, failure: exitCode === 0 ? "" : `${stdout}${stderr}` }).toEqual({
    exitCode: 0,
    failure: "",
  });
  // Made by the command under test; what is missing in it fails the expectations that follow.
  const document: Applied = JSON.parse(stdout);
  return document;
}

async function raceOnce(): Promise<void> {
  await using database = await createTestDatabase();
  const results = await Promise.all(
    Array.from({ length: PROCESSES }, async () => runCommand(["migrate", "--json"], database.url)),
  );
  const documents = results.map(documentOf);
  expect(documents.filter(({ steps }) => steps.length > 0)).toHaveLength(1);
  expect(documents.every(({ differences }) => differences?.length === 0)).toBe(true);
  const taken = documents.flatMap(({ steps }) => steps.map(({ name }) => name));
  expect(new Set(taken).size).toBe(taken.length);
  const client = await openClient(database.url);
  try {
    const { rows } = await client.query<{ kind: string; rows: number; unfinished: number }>(
      `SELECT kind, count(*)::int AS rows, (count(*) FILTER (WHERE state <> 'applied'))::int AS unfinished
       FROM schema_migrations GROUP BY kind`,
    );
    expect(rows.reduce((sum, row) => sum + row.rows, 0)).toBe(taken.length);
    expect(rows.every((row) => row.unfinished === 0)).toBe(true);
  } finally {
    await client.end();
  }
}

describe(`${PROCESSES} migrate processes at once`, () => {
  it(
    `take each step exactly once, in ${ROUNDS} rounds on an empty database`,
    { timeout: TIMEOUT },
    async (context) => {
      onPostgresOnly(context);
      for (let round = 0; round < ROUNDS; round += 1) {
        await raceOnce();
      }
    },
  );

  it("insert the rows of a migration exactly once", { timeout: TIMEOUT }, async (context) => {
    onPostgresOnly(context);
    const folder = await makeMigrationFolder([
      { name: "0000_marks", up: "CREATE TABLE marks (mark text NOT NULL)", down: "DROP TABLE marks" },
      { name: "0001_first", up: "INSERT INTO marks VALUES ('first')", down: "DELETE FROM marks" },
      {
        name: "0002_second",
        up: "-- migrate: no-transaction\nINSERT INTO marks VALUES ('second')\n--> statement-breakpoint\nCREATE INDEX CONCURRENTLY marks_mark ON marks (mark)\n--> statement-breakpoint\nINSERT INTO marks VALUES ('third')",
        down: "DROP INDEX marks_mark",
      },
    ]);
    for (let round = 0; round < INSERT_ROUNDS; round += 1) {
      await using database = await createTestDatabase();
      const results = await Promise.all(
        Array.from(
          { length: PROCESSES },
          async () =>
            startProgram(join(import.meta.dirname, "migrate-folder.ts"), [folder], database.url).ended,
        ),
      );
      expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
        Array.from({ length: PROCESSES }, () => ({ exitCode: 0, stderr: "" })),
      );
      const client = await openClient(database.url);
      try {
        const { rows } = await client.query(
          "SELECT mark, count(*)::int AS times FROM marks GROUP BY 1 ORDER BY 1",
        );
        expect(rows).toEqual([
          { mark: "first", times: 1 },
          { mark: "second", times: 1 },
          { mark: "third", times: 1 },
        ]);
      } finally {
        await client.end();
      }
    }
  });
});
