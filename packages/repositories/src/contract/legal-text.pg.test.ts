// Fragments of SQL are names and texts like any other: written by every method, in every field that takes text, they are stored
// byte for byte; asked for by every read, they find what bears them or nothing. All tables stand afterwards, with their rows.
import { NotFoundError } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import { createBearingRecords } from "./bearing-records.ts";
import { SQL_FRAGMENTS } from "./input-kind.ts";
import { type AnyCase, type FieldPlace, fieldPlaces, outcomeOf, withValue } from "./method-case.ts";
import { repositoryInputs } from "./repository-inputs.ts";
import { createWriteCases, type WriteCase } from "./write-cases.ts";

let database: TestDatabase;
let data: TradingData;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  data = connect({ database: database.url, poolSize: 4 });
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

async function tables(): Promise<readonly string[]> {
  const { rows } = await data.query<{ readonly name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Every text in any column of any table, inside of JSON and of lists too. */
async function storedTexts(): Promise<ReadonlySet<string>> {
  const { rows } = await data.query<{ readonly value: string }>(
    (await tables())
      .map(
        (name) =>
          `select distinct v #>> '{}' as value from ${name} t, jsonb_path_query(to_jsonb(t), 'strict $.**') v where jsonb_typeof(v) = 'string'`,
      )
      .join(" union "),
  );
  return new Set(rows.map(({ value }) => value));
}

/** The places of a case where any text may stand. */
const textPlaces = (one: AnyCase): readonly FieldPlace[] =>
  fieldPlaces(one).filter(({ kind }) => kind.longestText !== undefined);

/** A text that is stored, rather than one that says which record is meant. */
const isOwnText = ({ kind }: FieldPlace): boolean => kind.isReference !== true;

/** Arguments with a text of its own at each place; records what stands where. */
function withTexts(
  args: readonly unknown[],
  places: readonly FieldPlace[],
  textAt: (place: FieldPlace) => string,
): readonly unknown[] {
  return places.reduce<readonly unknown[]>((filled, place) => {
    const [argument, ...inside] = place.path;
    const value = textAt(place);
    const result = Array.from(
      { length: Math.max(filled.length, Number(argument) + 1) },
      (_, index) => filled[index],
    );
    return result.map((given, index) => (index === argument ? withValue(given, inside, value) : given));
  }, args);
}

it("is stored byte for byte by every write", async () => {
  const before = await tables();
  const written = new Map<string, string>();
  const failures: string[] = [];
  const cases = createWriteCases();
  for (const [name, methods] of Object.entries(cases)) {
    for (const [method, prepare] of Object.entries(methods)) {
      const make = prepare as (of: TradingData) => Promise<WriteCase<readonly unknown[]>>;
      const repository = Reflect.get(data, name) as object;
      const forms = Reflect.get(Reflect.get(repositoryInputs, name) as object, method) as readonly AnyCase[];
      for (const [index, fragment] of SQL_FRAGMENTS.entries()) {
        const { args, form = 0 } = await make(data);
        const shape = forms[form];
        if (shape === undefined) throw new Error(`${name}.${method} has no form ${form}.`);
        // Of another series there is nothing to refresh.
        const places = method === "refreshIndicators" ? [] : textPlaces(shape).filter(isOwnText);
        const filled = withTexts(args, places, ({ field, kind }) => {
          // Within the shortest of codes, and of its own.
          const value = `${fragment}${index} ${written.size}`.slice(-(kind.longestText ?? 1)).trim();
          written.set(value, `${name}.${method} ${field}`);
          return value;
        });
        try {
          await outcomeOf(repository, method, filled);
        } catch (error) {
          failures.push(`${name}.${method} with ${fragment}: ${String(error)}`);
        }
      }
    }
  }
  expect(failures).toEqual([]);
  const stored = await storedTexts();
  const lost = [...written]
    .filter(([value]) => !stored.has(value))
    .map(([value, where]) => `${where}: ${value}`);
  expect(lost).toEqual([]);
  expect(written.size).toBeGreaterThan(300);
  expect(await tables()).toEqual(before);
});

/** Reads that find nothing that says the text, by their place among the forms of the method, and why. */
const FINDS_NO_NAME: Readonly<Record<string, string>> = {
  "marketData.listBars 0": "columns of numbers",
  "marketData.lastBars 0": "columns of numbers",
  "marketData.streamBars 0": "columns of numbers",
  "marketData.listCandles 0": "columns of numbers",
  "marketData.listCandles 1": "columns of numbers",
  "marketData.listRevisions 0": "no bar was revised",
  "marketData.listMissingRanges 0": "one bar has no hole",
  "marketData.listDoubtfulBars 0": "no bar is doubtful",
  "orders.listEvents 3": "no order was rejected",
  "orders.listEvents 4": "no column has such a name",
  "orders.listKnownAt 0": "recorded now, known then was nothing",
  "trades.realizedPnl 0": "sums",
  "trades.streamRealizedPnl 0": "amounts",
  "strategies.performance 0": "of a strategy by its id",
  "strategies.performance 1": "of a strategy by its id",
  "strategies.performance 2": "of a strategy by its id",
  "strategies.performance 3": "of a strategy by its id",
  "strategies.fillStreaks 0": "of a strategy by its id",
  "portfolio.equityCurve 0": "amounts",
  "portfolio.drawdownSeries 0": "amounts",
  "portfolio.riskBreaches 0": "of a strategy by its id",
  "portfolio.streamRiskBreaches 0": "no strategy has limits",
  "reconciliation.reconcile 0": "there is no difference",
  "logs.searchContext 0": "the object is no text",
  "audit.listByActor 0": "the actor is the role of the connection",
};

/** Of no strategy: which one is meant is no text. */
function ofNoStrategy(given: unknown, none: null | undefined): unknown {
  if (typeof given !== "object" || given === null) return given;
  if ("position" in given) return { ...given, position: ofNoStrategy(given.position, none) };
  return "strategyId" in given ? { ...given, strategyId: none } : given;
}

/** Whether what was found says the text. */
function saysText(outcome: unknown, text: string): boolean {
  return String(JSON.stringify(outcome)).includes(JSON.stringify(text).slice(1, -1));
}

it("finds what bears it, by every read", async () => {
  const counts = async (): Promise<unknown> =>
    (
      await data.query(
        (await tables()).map((name) => `select '${name}', count(*) from ${name}`).join(" union all "),
      )
    ).rows;
  const store = createBearingRecords(data);
  for (const fragment of SQL_FRAGMENTS) await store(fragment);
  const before = await counts();
  const failures: string[] = [];
  const unfound = new Map<string, number>();
  for (const [name, contract] of Object.entries(repositoryInputs)) {
    const reading = Reflect.get(data.replica, name) as object;
    for (const [method, forms] of Object.entries(contract) as readonly (readonly [
      string,
      readonly AnyCase[],
    ])[]) {
      if (!(method in reading)) continue;
      for (const [form, one] of forms.entries()) {
        const places = textPlaces(one);
        if (places.length === 0) continue;
        for (const fragment of SQL_FRAGMENTS) {
          const args = withTexts(one.args, places, () => fragment).map((given) =>
            ofNoStrategy(given, name === "logs" ? undefined : null),
          );
          const key = `${name}.${method} ${form}`;
          let outcome: unknown;
          try {
            outcome = await outcomeOf(Reflect.get(data, name) as object, method, args);
          } catch (error) {
            if (!(error instanceof NotFoundError)) failures.push(`${key} with ${fragment}: ${String(error)}`);
          }
          if (!saysText(outcome, fragment)) unfound.set(key, (unfound.get(key) ?? 0) + 1);
        }
      }
    }
  }
  expect(failures).toEqual([]);
  // Each for every fragment, or for none.
  expect(Object.fromEntries(unfound)).toEqual(
    Object.fromEntries(Object.keys(FINDS_NO_NAME).map((key) => [key, SQL_FRAGMENTS.length])),
  );
  expect(await counts()).toEqual(before);
});
