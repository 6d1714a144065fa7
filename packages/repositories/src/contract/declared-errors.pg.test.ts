// What is not there: every method, asked about it in a database without a row, either answers or throws the NotFoundError its TSDoc
// names. Each call is undone, so that none finds what another one wrote.
import { NotFoundError } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import { declaredErrors } from "./declared-errors.ts";
import { type AnyCase, outcomeOf } from "./method-case.ts";
import { repositoryInputs, type RepositoryName } from "./repository-inputs.ts";

let database: TestDatabase;
let data: TradingData;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  data = connect({ database: database.url, poolSize: 2 });
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

/** An import is no part of a transaction, and whoever follows a log waits for what comes. */
const NOT_CALLED: ReadonlySet<string> = new Set(["importBars", "follow"]);

class Undone extends Error {}

/** Whether a call throws a NotFoundError; nothing of it stays. */
async function findsNothing(
  name: RepositoryName,
  method: string,
  args: readonly unknown[],
): Promise<boolean> {
  let error: unknown;
  const call = data.transaction(async (transaction) => {
    error = await outcomeOf(transaction[name], method, args).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    throw new Undone();
  });
  await expect(call).rejects.toThrow(Undone);
  return error instanceof NotFoundError;
}

const names = Object.keys(repositoryInputs) as readonly RepositoryName[];

it.each(names)("is said by the methods of %s that throw a NotFoundError, and by no others", async (name) => {
  const declared = await declaredErrors(name);
  const wrong: string[] = [];
  for (const [method, forms] of Object.entries(repositoryInputs[name]) as [string, readonly AnyCase[]][]) {
    if (NOT_CALLED.has(method)) continue;
    const found: boolean[] = [];
    for (const { args } of forms) {
      // As known at a moment, nothing is an answer.
      const asOfNow = args.map((given) =>
        typeof given === "object" && given !== null && "knownAt" in given && name === "marketData"
          ? { ...given, knownAt: undefined }
          : given,
      );
      found.push(await findsNothing(name, method, asOfNow));
    }
    if (found.includes(true) !== (declared.get(method)?.has("NotFoundError") ?? false)) {
      wrong.push(
        `${method} ${found.includes(true) ? "throws it without saying so" : "says so and does not"}`,
      );
    }
  }
  expect(wrong).toEqual([]);
});
