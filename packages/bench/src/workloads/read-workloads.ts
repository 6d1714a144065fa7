// Every catalogued query as a workload: values drawn for each call, the statement our pool sends for it, in the shape in which the
// repositories ask for it. What a repository does around its statement is measured in ../repositories.
// Invariant: no query of the catalogue is without a workload (the compiler sees to it, and a test).
import type { ColumnarColumns, Statement } from "@app/database";
import {
  type CataloguedQuery,
  keptPlans,
  type QueryClass,
  queryCatalogue,
  type QueryName,
} from "@app/schema/queries";
import { storedIndicators } from "@app/schema/vocabulary";
import type { BenchFacts } from "./bench-facts.ts";
import type { Draw } from "./draw.ts";
import { marketValues } from "./market-values.ts";
import { operationsValues } from "./operations-values.ts";
import { orderValues } from "./order-values.ts";
import type { DrawValues } from "./query-values.ts";
import { strategyValues } from "./strategy-values.ts";
import { tradeValues } from "./trade-values.ts";
import type { Workload } from "./workload.ts";

const VALUES: Readonly<Record<QueryName, DrawValues>> = {
  ...marketValues,
  ...orderValues,
  ...tradeValues,
  ...strategyValues,
  ...operationsValues,
};

const PRICES = {
  time: "timestamptz",
  open: "float8",
  high: "float8",
  low: "float8",
  close: "float8",
  volume: "float8",
} as const satisfies ColumnarColumns;

/** Stored indicators in the order in which the statements select them. */
const INDICATORS: ColumnarColumns = Object.fromEntries(
  storedIndicators.map(({ name, type }) => [name, type]),
);

/** Queries whose rows the repositories read as columns. */
function columnsOf(name: string): ColumnarColumns | undefined {
  if (/^market_data\.(?:list|last)_bars_indicators$/u.test(name)) return { ...PRICES, ...INDICATORS };
  if (/^market_data\.(?:list|last)_bars/u.test(name)) return PRICES;
  if (name.startsWith("market_data.list_trades")) return { ...PRICES, tradeCount: "int4" };
  if (name.startsWith("candles_"))
    return { ...PRICES, tradeCount: "float8", vwap: "float8", barCount: "float8" };
  return undefined;
}

/** @returns one call of a query. @throws {RangeError} naming a parameter that has no value */
export function drawStatement(query: CataloguedQuery, facts: BenchFacts, draw: Draw): Statement {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the name of a catalogued query, which is a QueryName
  const name = query.name as QueryName;
  const values = VALUES[name](facts, draw);
  return {
    name,
    text: query.sql,
    isIdempotent: true,
    isPlannedEachTime: !keptPlans.has(name),
    columns: columnsOf(name),
    values: query.parameters.map((parameter) => {
      const value = values[parameter];
      if (value === undefined) throw new RangeError(`The workload ${query.name} draws no ${parameter}.`);
      return value;
    }),
  };
}

function rowsOf(rows: readonly object[]): number {
  const [first] = rows;
  // A columnar read gives one row of columns.
  return first !== undefined && "length" in first && typeof first.length === "number"
    ? first.length
    : rows.length;
}

/** Names of the queries that have a workload. */
export const readWorkloadNames: readonly string[] = Object.keys(VALUES);

/** Of what the workloads are made. */
export interface ReadWorkloadOptions {
  readonly facts: BenchFacts;
  draw(this: void, name: string): Draw;
  readonly edition: "postgres" | "timescale" | "timescale-apache";
  /** @defaultValue every class */
  readonly queryClass?: QueryClass | undefined;
}

/**
 * Class of a query on an edition. Where the server keeps no roll-ups the repositories make candles of bars, and never ask the candle views, which
 * only a person does there.
 */
export function classOn(edition: ReadWorkloadOptions["edition"], query: CataloguedQuery): QueryClass {
  return edition !== "timescale" && query.name.startsWith("candles_") ? "operations" : query.class;
}

/** @returns a workload for each catalogued query */
export function createReadWorkloads({
  facts,
  draw: createDrawOf,
  edition,
  queryClass,
}: ReadWorkloadOptions): readonly Workload[] {
  return queryCatalogue
    .filter((query) => queryClass === undefined || classOn(edition, query) === queryClass)
    .map((query: CataloguedQuery) => {
      const draw = createDrawOf(query.name);
      return {
        name: query.name,
        class: classOn(edition, query),
        async run(database) {
          const { rows } = await database.query(drawStatement(query, facts, draw));
          return rowsOf(rows);
        },
      };
    });
}
