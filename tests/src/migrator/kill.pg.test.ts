// A migrate process killed at each statement it sends: while the server works on it, and after it was done but before the
// answer was read. Then another run: catalogue and rows are those of a run that nobody disturbed.
// All statements of a made-up set of migrations with and without transactions (about 40 s on two cores), and a sample of
// the real ones', while the server works on them (the other moment is that of the sweep); KILL_AT_EVERY_STATEMENT=1 takes all
// of those too (several minutes).
import { join } from "node:path";
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrator, migrateDatabase } from "@app/migrator";
import { createMigrationFixture, readLiveCatalogue, type MigrationFixture } from "@app/migrator/testing";
import { describe, expect, it } from "vitest";
import { openClient } from "../fixtures/client.ts";
import { commandLine, startProgram } from "../fixtures/command.ts";
import { moments, openStatementGate, type Moment } from "../fixtures/statement-gate.ts";

const TIMEOUT = 3_600_000;
const EVERY_STATEMENT = process.env["KILL_AT_EVERY_STATEMENT"] !== undefined;
const SAMPLE = 8;
// One waits for a server while another uses the processor.
const AT_A_TIME = 3;

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Runs the same thing in this process, undisturbed. */
  readonly finish: (url: string) => Promise<void>;
  /** What has to be there exactly once. */
  readonly rows: string;
}

interface Kill {
  /** 1-based number of the statement; 0 lets the program through. */
  readonly at: number;
  readonly moment: Moment;
}

interface Outcome {
  readonly sent: number;
  readonly signal: string | null;
  readonly fingerprint: string;
  readonly rows: string;
}

const undisturbedRun: Kill = { at: 0, moment: "after" };

async function killAndRepeat(
  { file, args, finish, rows: sql }: Program,
  { at, moment }: Kill,
): Promise<Outcome> {
  await using database = await createTestDatabase();
  const reached = Promise.withResolvers<void>();
  const gate = await openStatementGate({ url: database.url, at, moment, onReached: reached.resolve });
  const running = startProgram(file, args, gate.url);
  void reached.promise.then(() => running.process.kill("SIGKILL"));
  const { signal } = await running.ended;
  await gate[Symbol.asyncDispose]();
  await finish(database.url);
  const client = await openClient(database.url);
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    const { fingerprint } = await readLiveCatalogue(database.url);
    return { sent: gate.sent, signal, fingerprint, rows: JSON.stringify(rows) };
  } finally {
    await client.end();
  }
}

/**
 * On a busy machine a run asks over another connection who is in its way, so the undisturbed one may have sent so many
 * statements more than another, which then ends before it reaches the last of them.
 */
const STATEMENTS_OF_LOOKING = 6;

/** What differs from the undisturbed run; a kill that came too late to kill anything counts as well. */
async function sweep(
  program: Program,
  undisturbed: Outcome,
  kills: readonly Kill[],
): Promise<readonly string[]> {
  const left = [...kills];
  const disturbed: string[] = [];
  let killedNearEnd = 0;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let kill = left.shift(); kill !== undefined; kill = left.shift()) {
        const { sent, signal, fingerprint, rows } = await killAndRepeat(program, kill);
        const where = `${kill.moment} statement ${kill.at}`;
        const isNearEnd = kill.at >= undisturbed.sent - STATEMENTS_OF_LOOKING;
        if (isNearEnd && signal === "SIGKILL") killedNearEnd += 1;
        if (signal !== "SIGKILL" && (sent >= kill.at || !isNearEnd)) disturbed.push(`${where}: not killed`);
        if (fingerprint !== undisturbed.fingerprint) disturbed.push(`${where}: another catalogue`);
        if (rows !== undisturbed.rows) disturbed.push(`${where}: ${rows}`);
      }
    }),
  );
  if (killedNearEnd === 0) disturbed.push("no run was killed near its end");
  return disturbed;
}

/** Statements with and without a transaction, of every kind that needs care not to run twice. */
async function makeFixture(): Promise<MigrationFixture> {
  return createMigrationFixture([
    {
      name: "marks",
      up: [
        "CREATE TABLE marks (mark text NOT NULL)",
        "INSERT INTO marks VALUES ('first')",
        "CREATE INDEX marks_length ON marks (length(mark))",
      ],
      down: ["DROP TABLE marks"],
    },
    {
      name: "stepwise",
      up: [
        "-- migrate: no-transaction\nINSERT INTO marks VALUES ('second')",
        "CREATE INDEX CONCURRENTLY marks_mark ON marks (mark)",
        "ALTER TABLE marks ADD COLUMN note text",
        "CREATE UNIQUE INDEX CONCURRENTLY marks_unique ON marks (mark)",
        "DROP INDEX CONCURRENTLY marks_length",
        "INSERT INTO marks VALUES ('third')",
      ],
      down: ["SELECT 1"],
    },
    { name: "last", up: ["INSERT INTO marks VALUES ('fourth')"], down: ["SELECT 1"] },
  ]);
}

describe("a migrate process killed at a statement", { timeout: TIMEOUT }, () => {
  it("is finished by the next run, with and without transactions", async () => {
    await using fixture = await makeFixture();
    const program: Program = {
      file: join(import.meta.dirname, "migrate-folder.ts"),
      args: [fixture.directory.href],
      finish: async (url) => {
        const connection = parseConnection(url);
        const patience = { lockWaitMs: 60_000 };
        await createMigrator({ connection, declared: fixture.declared, patience }).apply();
      },
      rows: "SELECT mark, count(*)::int AS times FROM marks GROUP BY 1 ORDER BY 1",
    };
    const undisturbed = await killAndRepeat(program, undisturbedRun);
    const marks = ["first", "fourth", "second", "third"].map((mark) => ({ mark, times: 1 }));
    expect(JSON.parse(undisturbed.rows)).toEqual(marks);
    const kills = Array.from({ length: undisturbed.sent }, (_, index) => index + 1).flatMap((at) =>
      moments.map((moment) => ({ at, moment })),
    );
    expect(kills.length).toBeGreaterThan(60);
    expect(await sweep(program, undisturbed, kills)).toEqual([]);
  });

  it("of the real migrations is finished by the next run", async () => {
    const program: Program = {
      file: commandLine,
      args: ["migrate"],
      finish: migrateDatabase,
      rows: "SELECT kind, name, position, hash, state, statements_done FROM schema_migrations ORDER BY 1, 2",
    };
    const undisturbed = await killAndRepeat(program, undisturbedRun);
    const count = EVERY_STATEMENT ? undisturbed.sent : SAMPLE;
    const kills = Array.from({ length: count }, (_, index) => ({
      at: Math.ceil(((index + 1) * undisturbed.sent) / count),
      moment: "during" as const,
    }));
    expect(await sweep(program, undisturbed, kills)).toEqual([]);
  });
});
