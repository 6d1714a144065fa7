// The migration commands as a person and a script meet them: exit codes, one JSON document, one sentence for what is wrong.
// The commands run inside the test's process; that the program itself starts and ends well, and failed logins, are for the
// tests that start it.
import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../program.ts";
import { reportFailure } from "../../report-failure.ts";

const TIMEOUT = 120_000;

interface Outcome {
  readonly exitCode: typeof process.exitCode;
  readonly stdout: string;
  readonly stderr: string;
}

async function pnpm(url: string, ...args: readonly string[]): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const io = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
    isTerminal: false,
    env: { DATABASE_URL: url },
  };
  process.exitCode = 0;
  try {
    const program = createProgram(io).exitOverride();
    for (const command of program.commands) command.exitOverride();
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      reportFailure(error, io, { verbose: args.includes("--verbose"), json: args.includes("--json") });
    }
    process.exitCode = 1;
  }
  const { exitCode } = process;
  process.exitCode = undefined;
  return { exitCode, stdout, stderr };
}

async function sql(url: string, ...statements: readonly string[]): Promise<void> {
  const connection = await connectDirect(parseConnection(url));
  try {
    for (const statement of statements) await connection.script(statement);
  } finally {
    await connection.close();
  }
}

/** The one document a --json command prints. */
function documentOf({ stdout }: Outcome): Record<string, unknown> {
  const document: Record<string, unknown> = JSON.parse(stdout);
  return document;
}

const readers = ["migrate:status", "migrate:dry-run", "migrate:verify"] as const;

async function exitCodes(url: string): Promise<readonly Outcome["exitCode"][]> {
  const codes: Outcome["exitCode"][] = [];
  for (const command of readers) codes.push((await pnpm(url, command)).exitCode);
  return codes;
}

describe("the migration commands", { timeout: TIMEOUT }, () => {
  it("say 2 for what is pending or drifted, and 0 for a database as declared", async () => {
    await using database = await createTestDatabase();
    expect(await exitCodes(database.url)).toEqual([2, 2, 2]);
    const dryRun = await pnpm(database.url, "migrate:dry-run");
    expect(dryRun.stdout).toContain('CREATE TABLE "market_data"');
    expect((await pnpm(database.url, "migrate:status")).stdout).toContain("applied: nothing");
    const migrate = await pnpm(database.url, "migrate");
    expect(migrate).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("as declared") });
    expect(await exitCodes(database.url)).toEqual([0, 0, 0]);
    expect(await pnpm(database.url, "migrate")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Nothing to do"),
    });
    await sql(
      database.url,
      "DROP INDEX trades_strategy_executed_at_idx",
      "ALTER TABLE trades DISABLE TRIGGER d_roll_up",
    );
    expect(await exitCodes(database.url)).toEqual([2, 0, 2]);
    const verify = await pnpm(database.url, "migrate:verify");
    expect(verify.stdout).toContain("index trades_strategy_executed_at_idx is missing");
    expect(verify.stdout).toContain("mend: CREATE INDEX CONCURRENTLY trades_strategy_executed_at_idx ON");
    expect(verify.stdout).toContain(
      'mend: ALTER TABLE "trades" ENABLE TRIGGER "d_roll_up"; then SELECT rebuild_accounting()',
    );
    expect((await pnpm(database.url, "migrate", "--reapply")).exitCode).toBe(2);
    const { differences } = documentOf(await pnpm(database.url, "migrate:verify", "--json"));
    expect(differences).toMatchObject([{ kind: "missing", name: "trades_strategy_executed_at_idx" }]);
  });

  it("print exactly one JSON document, also when they fail", async () => {
    await using database = await createTestDatabase();
    expect(documentOf(await pnpm(database.url, "migrate:dry-run", "--json"))).toMatchObject({
      steps: expect.arrayContaining([expect.objectContaining({ kind: "versioned", safety: "online" })]),
    });
    expect(documentOf(await pnpm(database.url, "migrate", "--json"))).toMatchObject({ differences: [] });
    expect(documentOf(await pnpm(database.url, "migrate:status", "--json"))).toMatchObject({
      server: { edition: "postgres" },
      pending: [],
      problems: [],
      drift: [],
    });
    await sql(database.url, "UPDATE schema_migrations SET hash = 'x' WHERE kind = 'versioned'");
    for (const command of ["migrate", ...readers, "migrate:rollback"]) {
      const outcome = await pnpm(database.url, command, "--json");
      expect(outcome.exitCode).toBe(1);
      expect(documentOf(outcome)).toMatchObject({
        error: { code: "migration-edited", message: expect.stringContaining("0000_initial_schema") },
      });
    }
  });

  it("roll back what loses nothing, and refuse by name what would", async () => {
    await using database = await createTestDatabase();
    await pnpm(database.url, "migrate");
    await sql(
      database.url,
      "INSERT INTO market_data (exchange, symbol, timeframe, time, open, high, low, close, source) VALUES ('X', 'Y', '1m', '2026-01-01', 1, 1, 1, 1, 'test')",
    );
    const refused = await pnpm(database.url, "migrate:rollback", "--to", "none");
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("table market_data has 1 row"),
    });
    expect(refused.stderr).toContain("--allow-data-loss");
    const forced = await pnpm(
      database.url,
      "migrate:rollback",
      "--to",
      "none",
      "--allow-data-loss",
      "--json",
    );
    expect(documentOf(forced)).toMatchObject({
      reverted: expect.arrayContaining(["0000_initial_schema"]),
      version: null,
    });
    expect((await pnpm(database.url, "migrate")).exitCode).toBe(0);
  });

  it("create, set up and migrate a database that is missing, and do nothing the second time", async () => {
    await using database = await createTestDatabase();
    const url = new URL(database.url);
    url.pathname = `${url.pathname}_new`;
    try {
      expect((await pnpm(url.href, "migrate")).stderr).toContain("run `pnpm setup:database`");
      const first = await pnpm(url.href, "setup:database", "--json");
      expect(documentOf(first)).toMatchObject({
        setup: {
          created: true,
          settings: [
            { name: "timezone", done: true },
            { name: "plan_cache_mode", done: true },
          ],
        },
        migrate: { differences: [] },
      });
      const second = await pnpm(url.href, "setup:database", "--json");
      expect(documentOf(second)).toMatchObject({ setup: { created: false }, migrate: { steps: [] } });
    } finally {
      await sql(database.url, `DROP DATABASE IF EXISTS "${url.pathname.slice(1)}" WITH (FORCE)`);
    }
  });
});

interface BadCase {
  readonly name: string;
  readonly code: string;
  readonly says: string;
  readonly args?: readonly string[];
  /** Makes the address to use. */
  readonly prepare: (database: TestDatabase) => Promise<string> | string;
}

function changed(address: string, change: (url: URL) => void): string {
  const url = new URL(address);
  change(url);
  return url.href;
}

/** A login role without any right of its own; dropped by the test that made it. */
async function powerlessRole(database: TestDatabase): Promise<string> {
  const role = `powerless_${database.name}`;
  await sql(database.superuserUrl, `CREATE ROLE "${role}" LOGIN PASSWORD 'hidden-word'`);
  return changed(database.url, (url) => {
    url.username = role;
    url.password = "hidden-word";
  });
}

const badCases: readonly BadCase[] = [
  {
    name: "a role that may not create databases",
    code: "database-not-created",
    says: "CREATE DATABASE",
    args: ["setup:database"],
    prepare: async (database) =>
      changed(await powerlessRole(database), (url) => {
        url.pathname = "/no_such_database";
      }),
  },
  {
    name: "a server that is read-only",
    code: "server-read-only",
    says: "point DATABASE_URL at the primary",
    prepare: async ({ url, name }) => {
      await sql(url, `ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
      return url;
    },
  },
  {
    name: "a ledger of another tool",
    code: "ledger-foreign",
    says: "was made by another tool",
    prepare: async ({ url }) => {
      await sql(url, "CREATE TABLE schema_migrations (version text PRIMARY KEY)");
      return url;
    },
  },
  {
    name: "a version to go back to that does not exist",
    code: "rollback-target-unknown",
    says: "There is no version 99",
    args: ["migrate:rollback", "--to", "99"],
    prepare: ({ url }) => url,
  },
];

describe("bad input", { timeout: TIMEOUT }, () => {
  it.each(badCases)(
    "$name ends in one sentence with what to do",
    async ({ code, says, args = ["migrate"], prepare }) => {
      await using database = await createTestDatabase();
      const url = await prepare(database);
      try {
        const plain = await pnpm(url, ...args);
        expect(plain).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
        expect(plain.stderr.trim().split("\n")).toHaveLength(1);
        const json = await pnpm(url, ...args, "--json");
        expect(json.exitCode).toBe(1);
        expect(documentOf(json)).toMatchObject({ error: { code, message: expect.stringContaining(says) } });
        const verbose = await pnpm(url, ...args, "--verbose");
        expect(verbose.stderr).toContain("    at ");
        const everything = [plain, json, verbose].flatMap(({ stdout, stderr }) => [stdout, stderr]).join("");
        expect(everything).not.toContain("hidden-word");
      } finally {
        await sql(
          database.superuserUrl,
          "SET default_transaction_read_only = off",
          `DROP ROLE IF EXISTS "powerless_${database.name}"`,
        );
      }
    },
  );

  it.each([
    ["--lock-wait", "soon"],
    ["--lock-timeout", "-1"],
    ["--attempts", "0"],
  ])("%s %s is refused before anything is connected to", async (option, value) => {
    const { exitCode, stderr } = await pnpm(
      "postgresql://trader@127.0.0.1:1/trading",
      "migrate",
      `${option}=${value}`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(option);
  });
});
