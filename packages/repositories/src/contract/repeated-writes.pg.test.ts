// Every write method, called again with the same ids: one after the other, at once, and inside of a transaction. It leaves one
// effect and gives the same; the same ids with other contents are a conflict that leaves nothing.
// A write without an entry in the table does not compile, and fails here.
import { ConflictError } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import { declaredErrors } from "./declared-errors.ts";
import { outcomeOf } from "./method-case.ts";
import { createWriteCases, type WriteCase, type WriteCases } from "./write-cases.ts";

let database: TestDatabase;
let data: TradingData;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  data = connect({ database: database.url, poolSize: 6 });
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

/** What every table holds: rows, and a hash of all of them. */
async function contents(): Promise<
  Readonly<Record<string, { readonly rows: number; readonly hash: string }>>
> {
  const { rows: tables } = await data.query<{ readonly name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const { rows } = await data.query<{ readonly name: string; readonly rows: number; readonly hash: string }>(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name, count(*)::int as rows, coalesce(md5(string_agg(t::text, '' order by t::text)), '') as hash from ${name} t`,
      )
      .join(" union all "),
  );
  return Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest]));
}

type Contents = Awaited<ReturnType<typeof contents>>;

/** How many rows each table has more. */
const growth = (before: Contents, after: Contents): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(after).map(([name, { rows }]) => [name, rows - (before[name]?.rows ?? 0)]),
  );

const cases = createWriteCases();
const repositories = Object.keys(cases).map((name) => {
  const key = name as keyof WriteCases;
  return [key, Object.entries(cases[key])] as const;
});

describe.each(repositories)("a write of %s", (name, methods) => {
  let declared: ReadonlyMap<string, ReadonlySet<string>>;
  beforeAll(async () => {
    declared = await declaredErrors(name);
  });

  it("is tried for every method that is no read", () => {
    const reads = new Set([...Object.keys(data.replica[name]), "listRoundTrips", "streamRoundTrips"]);
    const writes = Object.keys(data[name]).filter((method) => !reads.has(method));
    expect(methods.map(([method]) => method).toSorted()).toEqual(writes.toSorted());
  });

  it.each(methods)("happens once, however often it is sent: %s", async (method, prepare) => {
    const make = prepare as (of: TradingData) => Promise<WriteCase<readonly unknown[]>>;
    const call = (args: readonly unknown[], of: object = data[name]): Promise<unknown> =>
      outcomeOf(of, method, args);
    const { args, others, same = (result) => result } = await make(data);

    const empty = await contents();
    const first = await call(args);
    const once = await contents();
    expect(once, "it does something").not.toEqual(empty);

    expect(same(await call(args)), "a second time").toEqual(same(first));
    expect(await contents()).toEqual(once);

    // An import is of a whole database, and no part of a transaction.
    if (method !== "importBars") {
      const inside = await data.transaction((transaction) => call(args, transaction[name]));
      expect(same(inside), "inside of a transaction").toEqual(same(first));
      expect(await contents()).toEqual(once);
    }

    for (const other of others) {
      await expect(call(other), JSON.stringify(other)).rejects.toThrow(ConflictError);
      expect(await contents()).toEqual(once);
    }

    if (others.length > 0) expect([...(declared.get(method) ?? [])], "it is said").toContain("ConflictError");

    const { args: concurrent } = await make(data);
    const before = await contents();
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => call(concurrent)));
    const after = await contents();
    expect(growth(before, after), "at once").toEqual(growth(empty, once));
    for (const result of results) expect(same(result)).toEqual(same(results[0]));
    expect(same(await call(concurrent))).toEqual(same(results[0]));
    expect(await contents()).toEqual(after);
  });
});
