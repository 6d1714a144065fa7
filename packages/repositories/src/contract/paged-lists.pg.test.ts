// Every list in pages, on pages of any size, while rows arrive before, among and behind what is read: what was there when the
// reading began comes exactly once, and nothing comes twice.
import { InvalidInputError } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import type { PagedList } from "./paged-list.ts";
import { createPagedLists, type PagedLists } from "./paged-lists.ts";
import { repositoryInputs, type RepositoryName } from "./repository-inputs.ts";

let database: TestDatabase;
let data: TradingData;
let lists: PagedLists;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  data = connect({ database: database.url, poolSize: 4 });
  lists = createPagedLists(data);
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

/** Days before the beginning: near enough for one window of a list, and far enough for several. */
const ROWS = [0, 0.01, 1, 1.01, 10, 60, 60.01] as const;
/** Where rows arrive: newer than all, between them, and older than all; on the days of the rows, so that few chunks are made. */
const ARRIVALS = [-0.02, 1.005, 60.03, 0.005, 10.02] as const;

/** Lists of another kind: of one range, and bounded by it or by a number of bars. */
const NO_PAGES: ReadonlySet<string> = new Set(["listBars", "listCandles"]);

/** Reads a list to its end, with something in between the pages. */
async function readAll(
  list: PagedList,
  limit: number,
  between: () => Promise<unknown>,
): Promise<readonly unknown[]> {
  const keys: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await list.read({ limit, cursor });
    expect(items.length).toBeLessThanOrEqual(limit);
    keys.push(...items.map((row) => list.keyOf(row)));
    // Else a list that does not go on would be read for ever.
    if (new Set(keys).size < keys.length) break;
    cursor = next;
    if (cursor !== undefined) await between();
  } while (cursor !== undefined);
  return keys;
}

/** A list of every method, and a cursor that leads on in it. */
async function beginEveryList(): Promise<
  readonly { readonly method: string; readonly list: PagedList; readonly cursor: string }[]
> {
  const begun = [];
  for (const name of names) {
    for (const method of methodsOf(name)) {
      const list = await makeList(name, method);
      for (const days of [10, 1, 0]) await list.add(days);
      const { next: cursor } = await list.read({ limit: 1 });
      if (cursor === undefined) throw new Error(`${name}.${method} has one page only.`);
      begun.push({ method: `${name}.${method}`, list, cursor });
    }
  }
  return begun;
}

const names = Object.keys(repositoryInputs) as readonly (keyof typeof repositoryInputs)[];
const methodsOf = (name: keyof typeof repositoryInputs): readonly string[] =>
  Object.keys(repositoryInputs[name]).filter(
    (method) => /^(?:list|search)/u.test(method) && !NO_PAGES.has(method),
  );

const makeList = (name: keyof typeof repositoryInputs, method: string): Promise<PagedList> =>
  (Reflect.get(lists[name], method) as () => Promise<PagedList>)();

it("is held to every list there is", () => {
  for (const name of names) expect(Object.keys(lists[name]).toSorted()).toEqual(methodsOf(name).toSorted());
});

describe.each(names.filter((name) => methodsOf(name).length > 0))("a list of %s", (name) => {
  it.each(methodsOf(name))("loses and doubles nothing while rows arrive: %s", async (method) => {
    const list = await makeList(name, method);
    for (const days of ROWS) await list.add(days);
    let arrived = 0;
    for (const limit of [1, 2, 5]) {
      const before = (await list.read({ limit: 1_000 })).items.map((row) => list.keyOf(row));
      expect(before.length).toBeGreaterThanOrEqual(method === "listSeriesByInstrument" ? 3 : ROWS.length - 1);
      expect(new Set(before).size).toBe(before.length);
      const arrivals = [...(list.arrivals ?? ARRIVALS)];
      const read = await readAll(list, limit, async () => {
        const days = arrivals.shift();
        // Of its own within a minute, and beside what arrived while the list was read before.
        if (days === undefined) return;
        await list.add(days + limit / 1_000);
        arrived += 1;
      });
      expect(new Set(read).size, `pages of ${limit}: nothing twice`).toBe(read.length);
      expect(
        before.filter((key) => !read.includes(key)),
        `pages of ${limit}: nothing lost`,
      ).toEqual([]);
    }
    expect(arrived).toBeGreaterThan(1);
  });
});

it("a cursor of another list or another owner is refused naming `cursor`, and its own list takes it with any limit", async () => {
  const begun = await beginEveryList();
  const taken: string[] = [];
  const refuse = async (what: string, read: () => Promise<unknown>): Promise<void> => {
    const error = await read().then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
    if (!(error instanceof InvalidInputError) || error.field !== "cursor") taken.push(what);
  };
  for (const { method, list, cursor } of begun) {
    for (const other of begun) {
      if (other.method !== method) {
        await refuse(`${method} took a cursor of ${other.method}`, () => list.read({ cursor: other.cursor }));
      }
    }
    const [name = "", verb = ""] = method.split(".");
    const another = list.readOther === undefined ? await makeList(name as RepositoryName, verb) : undefined;
    const readOther = another === undefined ? list.readOther : () => another.read({ cursor });
    if (typeof readOther === "function") await refuse(`${method} of another`, () => readOther({ cursor }));
    const rest = await list.read({ limit: 7, cursor });
    expect(rest.items.length, method).toBeGreaterThan(0);
  }
  expect(taken).toEqual([]);
  expect(Math.max(...begun.map(({ cursor }) => cursor.length))).toBeLessThan(150);
});
