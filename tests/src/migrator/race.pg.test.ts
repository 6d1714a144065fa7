// Sixteen processes migrate one empty database at once: each step is taken by exactly one of them, and nobody fails.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrationFixture } from "@app/migrator/testing";
import { openClient } from "../fixtures/client.ts";
import { runCommand, startProgram, type CommandResult } from "../fixtures/command.ts";

const PROCESSES = 16;
const ROUNDS = 8;
const INSERT_ROUNDS = 3;
/** Sixteen processes on two busy cores start slowly. */
const ROUND_TIMEOUT = 180_000;

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

interface RaceOutcome {
  /** How many of the processes took any step. */
  readonly workers: number;
  /** How many found the database as declared at their end. */
  readonly verified: number;
  /** Steps taken by more than one process. */
  readonly repeated: readonly string[];
  /** Rows of the ledger short of, or beyond, the steps taken; and rows of unfinished steps. */
  readonly ledgerDifference: number;
  readonly unfinished: number;
}

const clean: RaceOutcome = {
  workers: 1,
  verified: PROCESSES,
  repeated: [],
  ledgerDifference: 0,
  unfinished: 0,
};

async function raceOnce(): Promise<RaceOutcome> {
  await using database = await createTestDatabase();
  const results = await Promise.all(
    Array.from({ length: PROCESSES }, async () => runCommand(["migrate", "--json"], database.url)),
  );
  const documents = results.map(documentOf);
  const taken = documents.flatMap(({ steps }) => steps.map(({ name }) => name));
  const client = await openClient(database.url);
  try {
    const { rows } = await client.query<{ rows: number; unfinished: number }>(
      `SELECT count(*)::int AS rows, (count(*) FILTER (WHERE state <> 'applied'))::int AS unfinished
       FROM schema_migrations`,
    );
    return {
      workers: documents.filter(({ steps }) => steps.length > 0).length,
      verified: documents.filter(({ differences }) => differences?.length === 0).length,
      repeated: taken.filter((name, index) => taken.indexOf(name) !== index),
      ledgerDifference: (rows[0]?.rows ?? 0) - taken.length,
      unfinished: rows[0]?.unfinished ?? 0,
    };
  } finally {
    await client.end();
  }
}

describe(`${PROCESSES} migrate processes at once`, () => {
  it.for(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
    `take each step exactly once on an empty database, round %i of ${ROUNDS}`,
    { timeout: ROUND_TIMEOUT },
    async () => {
      expect(await raceOnce()).toEqual(clean);
    },
  );

  it("insert the rows of a migration exactly once", { timeout: INSERT_ROUNDS * ROUND_TIMEOUT }, async () => {
    await using fixture = await createMigrationFixture([
      { name: "marks", up: ["CREATE TABLE marks (mark text NOT NULL)"], down: ["DROP TABLE marks"] },
      { name: "first", up: ["INSERT INTO marks VALUES ('first')"], down: ["DELETE FROM marks"] },
      {
        name: "second",
        up: [
          "-- migrate: no-transaction\nINSERT INTO marks VALUES ('second')",
          "CREATE INDEX CONCURRENTLY marks_mark ON marks (mark)",
          "INSERT INTO marks VALUES ('third')",
        ],
        down: ["DROP INDEX marks_mark"],
      },
    ]);
    const program = join(import.meta.dirname, "migrate-folder.ts");
    for (let round = 0; round < INSERT_ROUNDS; round += 1) {
      await using database = await createTestDatabase();
      const results = await Promise.all(
        Array.from(
          { length: PROCESSES },
          async () => startProgram(program, [fixture.directory.href], database.url).ended,
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
