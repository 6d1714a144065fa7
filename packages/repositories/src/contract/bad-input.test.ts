// What no method takes, at every field of every method: it is refused with an error that names the field, before the database
// is asked. The database here is closed and answers any statement with a UsageError, so a refusal is the checks' own.
// A method or a field without an entry in the tables does not compile, and a method without one fails here.
import { InvalidInputError, UsageError } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import { optionalArguments } from "./declared-arguments.ts";
import {
  type AnyCase,
  emptiablePlaces,
  type FieldPlace,
  fieldPlaces,
  objectPlaces,
  outcomeOf,
  withValue,
} from "./method-case.ts";
import { repositoryInputs } from "./repository-inputs.ts";

let data: TradingData;
/** Statements and transactions that were begun. */
let asked = 0;

beforeAll(async () => {
  const count = (): void => {
    asked += 1;
  };
  data = connect({
    database: "postgresql://nobody@127.0.0.1:1/none",
    hooks: { onQuery: count, onTransaction: count, onConnection: count },
  });
  await data.close();
});
afterAll(() => data.close());

const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 50));
  if (typeof value === "bigint") return `${value}n`;
  try {
    return `${typeof value} ${JSON.stringify(value).slice(0, 50)}`;
  } catch {
    return "what has no end";
  }
};

async function refusalOf(repository: object, method: string, args: readonly unknown[]): Promise<unknown> {
  try {
    return { accepted: await outcomeOf(repository, method, args) };
  } catch (error) {
    return error;
  }
}

/** Of JSON the part that cannot be may be named as well: context.orders[0].price. */
const isWithin = (named: string, field: string): boolean =>
  named === field || named.startsWith(`${field}.`) || named.startsWith(`${field}[`);

/** What is wrong with how a call is refused; undefined where nothing is. */
async function faultOf(
  repository: object,
  method: string,
  args: readonly unknown[],
  field: string,
  what: string,
): Promise<string | undefined> {
  const before = asked;
  const error = await refusalOf(repository, method, args);
  if (asked !== before) return `${field} = ${what}: the database was asked ${asked - before} times`;
  if (!(error instanceof InvalidInputError)) return `${field} = ${what}: ${String(error).slice(0, 120)}`;
  if (!isWithin(error.field ?? "", field))
    return `${field} = ${what}: named ${String(error.field)}, ${error.message}`;
  return error.message.length < 600 ? undefined : `${field} = ${what}: a message of ${error.message.length}`;
}

async function faultsOf(repository: object, method: string, one: AnyCase): Promise<readonly string[]> {
  const faults: (string | undefined)[] = [];
  for (const { path, field, kind } of fieldPlaces(one)) {
    for (const bad of kind.bad) {
      const [argument, ...inside] = path;
      const args = one.args.map((given, index) =>
        index === argument ? withValue(given, inside, bad) : given,
      );
      faults.push(await faultOf(repository, method, args, field, shown(bad)));
    }
  }
  for (const { argument, values, field } of one.wrongTogether ?? []) {
    const args = one.args.map((given, index) => {
      if (index !== argument) return given;
      return Object.entries(values).reduce<unknown>(
        (value, [name, content]) => withValue(value, [Array.isArray(given) ? Number(name) : name], content),
        given,
      );
    });
    faults.push(await faultOf(repository, method, args, field, Object.keys(values).join(" and ")));
  }
  return faults.filter((fault) => fault !== undefined);
}

const TAKES_ANY_NUMBER: ReadonlySet<string> = new Set(["copyIn", "importBars"]);

/** Methods that take a list of records at once. */
const writesMany = Object.entries(repositoryInputs).flatMap(([name, contract]) =>
  (Object.entries(contract) as [string, readonly AnyCase[]][]).flatMap(([method, [form]]) => {
    const argument = form?.args.findIndex((given) => Array.isArray(given)) ?? -1;
    return argument < 0 || TAKES_ANY_NUMBER.has(method) ? [] : [{ name, method, argument, form }];
  }),
);

it("takes 10,000 records at once and no more, whatever is written", async () => {
  expect(writesMany.map(({ name, method }) => `${name}.${method}`).toSorted()).toEqual([
    "logs.appendMany",
    "marketData.upsert",
    "orders.submitMany",
    "portfolio.appendMany",
    "trades.appendMany",
  ]);
  for (const { name, method, argument, form } of writesMany) {
    const refusedOf = async (length: number): Promise<string> => {
      const args = form?.args.map((given, index) =>
        index === argument && Array.isArray(given) ? Array.from({ length }, (): unknown => given[0]) : given,
      );
      const error = await refusalOf(data[name as keyof typeof repositoryInputs], method, args ?? []);
      return error instanceof InvalidInputError ? (error.field ?? "") : "";
    };
    expect(await refusedOf(10_001), `${name}.${method}`).toMatch(/^\w+\.length$/u);
    // Its own record twice may be refused, its length is not.
    expect(await refusedOf(10_000), `${name}.${method}`).not.toMatch(/\.length$/u);
  }
});

/** Bars, which may be a vendor's or read from elsewhere, and a key, which may be a row: they may have others. */
const MAY_HAVE_OTHERS: ReadonlySet<string> = new Set([
  "marketData.copyIn 1",
  "marketData.upsert 1.0",
  "marketData.importBars 1.0",
  "marketData.listCandles 0",
]);

/** Whether a call without one field is refused by it; what is not may be left out. */
async function isRequired(
  repository: object,
  method: string,
  { args }: AnyCase,
  [argument, ...inside]: FieldPlace["path"],
): Promise<boolean> {
  const without = args.map((given, index) =>
    index === argument ? withValue(given, inside, undefined) : given,
  );
  return (await refusalOf(repository, method, without)) instanceof InvalidInputError;
}

/**
 * What is wrong with how a call is refused one of whose objects has a field that is none. A key, all of whose fields are required, may be
 * a row that has others; where one may be left out, a misspelt one that was passed over would be a value the caller believes was taken.
 */
async function faultsOfMisspelt(
  name: keyof typeof repositoryInputs,
  method: string,
  one: AnyCase,
): Promise<readonly string[]> {
  const repository = data[name];
  const faults: (string | undefined)[] = [];
  for (const { path, field, fields } of objectPlaces(one)) {
    if (MAY_HAVE_OTHERS.has(`${name}.${method} ${path.join(".")}`)) continue;
    let canLack = false;
    for (const part of fields) canLack ||= !(await isRequired(repository, method, one, [...path, part]));
    if (!canLack) continue;
    const [argument, ...inside] = path;
    const args = one.args.map((given, index) =>
      index === argument ? withValue(given, [...inside, "misspelt"], "1") : given,
    );
    for (const part of fields) {
      const renamed = args.map((given, index) =>
        index === argument ? withValue(given, [...inside, part], undefined) : given,
      );
      faults.push(
        await faultOf(
          repository,
          method,
          renamed,
          field === "" ? "misspelt" : `${field}.misspelt`,
          `instead of ${part}`,
        ),
      );
    }
    faults.push(
      await faultOf(repository, method, args, field === "" ? "misspelt" : `${field}.misspelt`, "given"),
    );
  }
  return faults.filter((fault) => fault !== undefined);
}

/** Methods that give all there is. */
const streams = Object.entries(repositoryInputs).flatMap(([name, contract]) =>
  (Object.entries(contract) as [string, readonly AnyCase[]][]).flatMap(([method, [form]]) =>
    method.startsWith("stream") ? [{ name, method, form }] : [],
  ),
);

it("takes no limit and no cursor where all is asked for", async () => {
  expect(streams.map(({ name, method }) => `${name}.${method}`).toSorted()).toEqual([
    "logs.stream",
    "marketData.streamBars",
    "orders.stream",
    "portfolio.stream",
    "portfolio.streamRiskBreaches",
    "positions.streamFills",
    "strategies.stream",
    "trades.stream",
    "trades.streamRealizedPnl",
    "trades.streamRoundTrips",
  ]);
  const faults: (string | undefined)[] = [];
  for (const { name, method, form } of streams) {
    for (const field of ["limit", "cursor"]) {
      const args = (form?.args ?? []).map((given, index, all) =>
        index === all.length - 1 ? withValue(given, [field], 1) : given,
      );
      faults.push(await faultOf(data[name as keyof typeof repositoryInputs], method, args, field, "given"));
    }
  }
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
});

/** What becomes of a call one place of which is empty; undefined where it is refused by a field, or may be left out and is. */
async function faultOfEmpty(
  repository: object,
  method: string,
  args: readonly unknown[],
  place: { readonly what: string; readonly isRequired: boolean },
): Promise<string | undefined> {
  const before = asked;
  const error = await refusalOf(repository, method, args);
  if (error instanceof InvalidInputError) {
    if (asked !== before) return `${place.what}: refused after the database was asked`;
    return error.field === undefined ? `${place.what}: refused without a field, ${error.message}` : undefined;
  }
  // What may be left out gets as far as the database, which is closed.
  if (error instanceof UsageError && !place.isRequired) return undefined;
  return `${place.what}: ${String(error).slice(0, 160)}`;
}

async function faultsOfEmpty(
  repository: object,
  method: string,
  one: AnyCase,
  optional: readonly boolean[],
): Promise<readonly string[]> {
  const faults: (string | undefined)[] = [];
  for (const path of emptiablePlaces(one)) {
    for (const empty of [undefined, null]) {
      const [argument = 0, ...inside] = path;
      const args = one.args.map((given, index) =>
        index === argument ? withValue(given, inside, empty) : given,
      );
      const isArgument = inside.length === 0;
      faults.push(
        await faultOfEmpty(repository, method, args, {
          what: `${path.join(".")} = ${String(empty)}`,
          isRequired: isArgument && (empty === null || optional[Number(argument)] === false),
        }),
      );
    }
  }
  return faults.filter((fault) => fault !== undefined);
}

describe.each(Object.entries(repositoryInputs))("bad input of %s", (name, contract) => {
  const repository = (): object => data[name as keyof typeof repositoryInputs];
  const methods: readonly (readonly [string, readonly AnyCase[]])[] = Object.entries(contract);

  it("is tried on every method there is", () => {
    expect(Object.keys(repository()).toSorted()).toEqual(methods.map(([method]) => method).toSorted());
  });

  it.each(methods)(
    "that is undefined or null is refused by its field, or was left out: %s",
    async (method, cases) => {
      const optional = (await optionalArguments(name as keyof typeof repositoryInputs)).get(method) ?? [];
      expect(optional).toHaveLength(cases[0]?.args.length ?? 0);
      const faults: string[] = [];
      for (const one of cases) faults.push(...(await faultsOfEmpty(repository(), method, one, optional)));
      expect([...new Set(faults)]).toEqual([]);
    },
  );

  it.each(methods)("that is a misspelt field is refused by its name: %s", async (method, cases) => {
    const faults: string[] = [];
    for (const one of cases)
      faults.push(...(await faultsOfMisspelt(name as keyof typeof repositoryInputs, method, one)));
    expect(faults).toEqual([]);
  });

  it.each(methods)("is refused before the database is asked, naming the field: %s", async (method, cases) => {
    const faults: string[] = [];
    for (const [index, one] of cases.entries()) {
      // What the table calls valid gets as far as the database, which is closed.
      const valid = await refusalOf(repository(), method, one.args);
      if (!(valid instanceof UsageError)) faults.push(`case ${index} is not valid: ${String(valid)}`);
      faults.push(...(await faultsOf(repository(), method, one)));
    }
    expect(faults).toEqual([]);
  });
});
