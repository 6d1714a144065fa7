// The grants docs/database.md names for a backend's role: with them every write works, and without any one of them some write
// is refused. Read from the document, so that it cannot say anything else.
import { readFile } from "node:fs/promises";
import { AccessDeniedError, createDatabase, type Database, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../connect.ts";
import { createId } from "../identity/time-ordered-id.ts";
import { now } from "../time/now.ts";
import type { TradingData } from "../trading-data.ts";
import { outcomeOf } from "./method-case.ts";
import { createWriteCases, type WriteCase, type WriteCases } from "./write-cases.ts";

const role = `backend_${createId(now()).replaceAll("-", "")}`;
const document = new URL("../../../../docs/database.md", import.meta.url);

let server: TestDatabase;
let superuser: Database;
let url: string;
let grants: readonly string[];

/** The statements of the document's block of grants, for the role and the database of this test. */
async function documentedGrants(owner: string): Promise<readonly string[]> {
  const [, block = ""] =
    /```sql\n(create role trading_app[\s\S]*?)```/u.exec(await readFile(document, "utf8")) ?? [];
  return block
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("--"))
    .map((line) =>
      line
        .replaceAll("trading_app", role)
        .replaceAll("trading_owner", owner)
        .replace("on database trading ", `on database "${server.name}" `),
    );
}

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  superuser = createDatabase(parseConnection(server.superuserUrl), { poolSize: 1 });
  const { rows } = await superuser.query<{ readonly owner: string }>(
    "select pg_get_userbyid(relowner) as owner from pg_class where oid = 'trades'::regclass",
  );
  // What everybody may do unless somebody took it away.
  await superuser.query(`revoke all on database "${server.name}" from public`);
  await superuser.query("revoke all on schema public from public");
  grants = await documentedGrants(rows[0]?.owner ?? "");
  for (const grant of grants) await superuser.query(grant);
  const login = new URL(server.url);
  login.username = role;
  login.password = "secret";
  url = login.href;
});
afterAll(async () => {
  await superuser.query(`drop owned by ${role}`);
  await superuser.query(`drop role ${role}`);
  await superuser.close();
  await server.drop();
});

const cases = createWriteCases();
const writes = Object.entries(cases).flatMap(([name, methods]) =>
  Object.entries(methods).map(([method, prepare]) => {
    const make = prepare as (of: TradingData) => Promise<WriteCase<readonly unknown[]>>;
    return {
      method: `${name}.${method}`,
      run: async (data: TradingData): Promise<unknown> => {
        const { args } = await make(data);
        return outcomeOf(data[name as keyof WriteCases], method, args);
      },
    };
  }),
);

/** The first write that the role may not do; undefined where it may do all. */
async function firstDenied(): Promise<string | undefined> {
  // Connections of its own: a session keeps the staging tables it was once allowed.
  await using data = connect({ database: url, poolSize: 4 });
  for (const { method, run } of writes) {
    try {
      await run(data);
    } catch (error) {
      if (!(error instanceof AccessDeniedError)) throw error;
      return method;
    }
  }
  return undefined;
}

it("let every write be done", async () => {
  expect(grants.length).toBeGreaterThan(5);
  expect(await firstDenied()).toBeUndefined();
});

it("are needed, each of them", async () => {
  const single = grants.flatMap((grant) => {
    const [, verbs = "", tables = ""] = /^grant (.+) on (.+) to /u.exec(grant) ?? [];
    return verbs
      .split(", ")
      .filter((verb) => ["insert", "update", "delete", "temporary"].includes(verb))
      .flatMap((verb) => tables.split(", ").map((table) => [verb, table] as const));
  });
  expect(single.length).toBeGreaterThan(10);
  const needless: string[] = [];
  for (const [verb, table] of single) {
    await superuser.query(`revoke ${verb} on ${table} from ${role}`);
    if ((await firstDenied()) === undefined) needless.push(`${verb} on ${table}`);
    await superuser.query(`grant ${verb} on ${table} to ${role}`);
  }
  expect(needless).toEqual([]);
});
