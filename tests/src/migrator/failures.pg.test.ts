// What a person sees when `migrate` cannot begin: one sentence that says what to do, exit 1, never the password.
// What happens to a run under way is proven elsewhere: kill.pg.test.ts, and beside the migrator's own code.
import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { openClient } from "../fixtures/client.ts";
import { runCommand, type CommandResult } from "../fixtures/command.ts";
import { startOldServer } from "../fixtures/old-server.ts";

const secret = "s3cret-battery-staple";
const stackLine = /^\s+at /m;
const commands = ["migrate", "migrate:status", "migrate:verify", "migrate:dry-run", "migrate:rollback"];

let database: TestDatabase;
const reader = `reader_${randomBytes(4).toString("hex")}`;

beforeAll(async () => {
  database = await createTestDatabase();
  const client = await openClient(database.superuserUrl);
  await client.query(`CREATE ROLE ${reader} LOGIN PASSWORD '${secret}'`);
  await client.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  await client.end();
});

afterAll(async () => {
  const client = await openClient(database.superuserUrl);
  await client.query(`DROP OWNED BY ${reader}`);
  await client.query(`DROP ROLE ${reader}`);
  await client.end();
  await database.drop();
});

function changedUrl(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

const cases: readonly {
  readonly name: string;
  readonly url: () => Promise<string> | string;
  readonly code: string;
  readonly says: RegExp;
}[] = [
  {
    name: "a server that is not there",
    url: async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      // Listening on TCP, so its address has a port.
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, "close");
      return changedUrl((url) => {
        url.port = String(port);
        url.password = secret;
      });
    },
    code: "connection-failed",
    says: /127\.0\.0\.1:\d+/,
  },
  {
    name: "a wrong password",
    url: () =>
      changedUrl((url) => {
        url.password = secret;
      }),
    code: "connection-failed",
    says: /password|DATABASE_URL/,
  },
  {
    name: "a database that is not there",
    url: () =>
      changedUrl((url) => {
        url.pathname = "/no_such_database";
      }),
    code: "database-missing",
    says: /"no_such_database".*setup:database/,
  },
  {
    name: "a role that may not create anything",
    url: () =>
      changedUrl((url) => {
        url.username = reader;
        url.password = secret;
      }),
    code: "permission-denied",
    says: new RegExp(`${reader}.*GRANT`),
  },
  {
    name: "an address that is none",
    url: () => `postgres//app:${secret}@localhost`,
    code: "",
    says: /DATABASE_URL/,
  },
];

function passwordIn({ stdout, stderr }: CommandResult, url: string): boolean {
  const own = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : secret;
  return [secret, own].some((password) => password !== "" && `${stdout}${stderr}`.includes(password));
}

describe("migrate refuses", () => {
  it.each(cases)("$name in one sentence, with exit 1 and without a stack", async ({ url, says }) => {
    const address = await url();
    const result = await runCommand(["migrate"], address);
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(stackLine);
    expect(passwordIn(result, address)).toBe(false);
  });

  it.each(cases)("$name with where it happened when asked, still without the password", async ({ url }) => {
    const address = await url();
    const result = await runCommand(["migrate", "--verbose"], address);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(stackLine);
    expect(passwordIn(result, address)).toBe(false);
  });

  it.each(cases)("$name as one JSON document that names the error", async ({ url, code }) => {
    const address = await url();
    const result = await runCommand(["migrate", "--json"], address);
    expect(result.exitCode).toBe(1);
    const document: unknown = JSON.parse(result.stdout);
    expect(document).toEqual({ error: { code: expect.stringContaining(code), message: expect.any(String) } });
    expect(passwordIn(result, address)).toBe(false);
  });
});

describe("a contradiction between files and database", () => {
  const contradictions = [
    {
      name: "an edited file",
      sql: "UPDATE schema_migrations SET hash = 'other' WHERE kind = 'versioned'",
      says: "0000_",
    },
    {
      name: "a missing file",
      sql: "INSERT INTO schema_migrations (kind, name, position, hash, statements_done, duration_ms) VALUES ('versioned', '0099_gone', 99, 'h', 1, 1)",
      says: "0099_gone",
    },
    {
      name: "a renamed file",
      sql: "UPDATE schema_migrations SET name = '0000_once' WHERE kind = 'versioned'",
      says: "0000_once",
    },
  ];

  it.each(contradictions)("$name ends every command with 1 and is named", async ({ sql, says }) => {
    await using own = await createTestDatabase();
    expect((await runCommand(["migrate"], own.url)).exitCode).toBe(0);
    const client = await openClient(own.url);
    await client.query(sql);
    const { rows: before } = await client.query("SELECT * FROM schema_migrations ORDER BY kind, name");
    for (const command of commands) {
      const result = await runCommand([command], own.url);
      expect({ command, exitCode: result.exitCode }).toEqual({ command, exitCode: 1 });
      expect(`${result.stdout}${result.stderr}`).toContain(says);
      expect(`${result.stdout}${result.stderr}`).not.toMatch(stackLine);
    }
    expect((await client.query("SELECT * FROM schema_migrations ORDER BY kind, name")).rows).toEqual(before);
    await client.end();
  });
});

describe("exit codes", () => {
  it("say what is pending, what drifted, and that all is well", { timeout: 120_000 }, async () => {
    await using own = await createTestDatabase();
    const exitCode = async (...args: string[]): Promise<number | null> =>
      (await runCommand(args, own.url)).exitCode;
    expect(await exitCode("migrate:status")).toBe(2);
    expect(await exitCode("migrate:dry-run")).toBe(2);
    expect(await exitCode("migrate")).toBe(0);
    expect(await exitCode("migrate:status")).toBe(0);
    expect(await exitCode("migrate:dry-run")).toBe(0);
    expect(await exitCode("migrate:verify")).toBe(0);
    const client = await openClient(own.url);
    await client.query("ALTER TABLE market_data ALTER COLUMN volume DROP DEFAULT");
    await client.query("CREATE TABLE by_hand (a int)");
    await client.end();
    const verified = await runCommand(["migrate:verify"], own.url);
    expect(verified.exitCode).toBe(2);
    expect(verified.stdout).toContain("column market_data.volume");
    expect(verified.stdout).toContain("table by_hand");
    expect(await exitCode("migrate:status")).toBe(2);
    expect(await exitCode("migrate")).toBe(2);
  });
});

describe("a server that is too old", () => {
  const bars = join(import.meta.dirname, "../../../packages/cli/sample/btc-perp-1m.csv.gz");
  const series = ["--exchange", "binance", "--symbol", "BTCUSDT", "--timeframe", "1m"];

  it.each([
    ...commands.map((command) => [command]),
    ["setup:database"],
    ["quickstart"],
    ["import:bars", bars, ...series],
  ])("is named by %s in one sentence, with exit 1", async (...command) => {
    await using server = await startOldServer();
    const { exitCode, stderr } = await runCommand(command, server.url);
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      "PostgreSQL 18 or newer is needed; this server is 16.4: upgrade it, or point DATABASE_URL at a newer one.",
    );
    expect(stderr).not.toMatch(stackLine);
  });
});
