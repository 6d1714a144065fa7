// What keeps a catalogued query from reading without end, found in its text: a limit, bounds on time, or a unique key.
// Not its plan; that is looked at on a real server. What has none of the three is named here, with what bounds it.
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { repeatableObjects } from "../repeatable-objects.ts";
import * as schema from "../tables/index.ts";
import { catalogued, type CataloguedQuery } from "./catalogued-query.ts";
import { queryCatalogue, type QueryName } from "./query-catalogue.ts";

const tables = Object.values(schema).filter((entry) => is(entry, PgTable));

type Key = readonly [name: string, columns: readonly string[]];

function uniqueKeysOf(table: PgTable): readonly Key[] {
  const { columns, primaryKeys, uniqueConstraints, indexes } = getTableConfig(table);
  const namesOf = (ofKey: readonly { readonly name: string }[]): readonly string[] =>
    ofKey.map(({ name }) => name);
  return [
    ...columns
      .filter(({ primary }) => primary)
      .map(({ name }): Key => [`${getTableName(table)}_pkey`, [name]]),
    ...primaryKeys.map((key): Key => [key.getName(), namesOf(key.columns)]),
    ...uniqueConstraints.map((key): Key => [key.getName() ?? "unnamed", namesOf(key.columns)]),
    ...indexes
      .filter(({ config }) => config.unique)
      .map(({ config }): Key => [
        config.name ?? "unnamed",
        config.columns.map((column) => ("name" in column ? String(column.name) : "an expression")),
      ]),
  ];
}

/** Columns of each unique key, by the key's name; those of materialised views are part of the view's SQL. */
const uniqueKeys = new Map<string, readonly string[]>([
  ...tables.flatMap(uniqueKeysOf),
  ...repeatableObjects.flatMap(({ create }) =>
    [...create.matchAll(/^create unique index (\w+) on \w+ \(([\w, ]+)\)/gmu)].map(
      ([, name = "unnamed", columns = ""]): Key => [name, columns.split(", ")],
    ),
  ),
]);

const TIME = String.raw`\b(?:time|event_time|created_at|executed_at|taken_at|logged_at|occurred_at|trading_day)`;
/** A parameter, or the time that an id holds. */
const MOMENT = String.raw`(?:\$\d|\(\$\d::timestamp with time zone at time zone 'UTC'\)::date|uuid_extract_timestamp\(\$\d)`;
const hasLimit = /\blimit (?:\d+\b|\$\d|\(select \$\d)/u;
const begins = new RegExp(`${TIME} (?:>=?|between) ${MOMENT}`, "u");
const ends = new RegExp(`${TIME} (?:<=?|between \\S+ and) ${MOMENT}`, "u");
const isOneDay = /\btrading_day = \$\d/u;

type Bound = "limit" | "time" | "unique key";

function boundOf({ sql, indexes }: CataloguedQuery): Bound | undefined {
  if (hasLimit.test(sql)) return "limit";
  if ((begins.test(sql) && ends.test(sql)) || isOneDay.test(sql)) return "time";
  const isGiven = (column: string): boolean =>
    new RegExp(String.raw`\b${column} (?:= \$\d|is null)`, "u").test(sql);
  return indexes.some((name) => uniqueKeys.get(name)?.every(isGiven)) ? "unique key" : undefined;
}

/** Bounded by what they are about, which does not grow with the years as fills and bars do. */
const BOUNDED_BY_THEIR_SUBJECT: Partial<Record<QueryName, string>> = {
  "market_series.list_by_instrument": "one row per timeframe, of which there are a fixed number",
  "positions.extent_by_strategy": "the positions of one strategy: a row per account and instrument",
  "positions.extent_by_account": "the positions of one account without strategy, and the ends of an index",
  "portfolio_curves.list": "one row per currency",
  "portfolio_curves.list_of_account": "one row per currency",
  "positions.list_accounts": "the positions of one strategy",
  "reconciliation.positions_of_strategy": "the positions of one strategy",
  "reconciliation.positions_of_curve": "the positions of one strategy in one account",
  "reconciliation.positions_at_venue": "the open positions of one account at one venue",
};

describe("the bound of a catalogued query", () => {
  it("is a limit, bounds on time or a unique key, or its subject", () => {
    const unbounded = queryCatalogue.filter((query) => boundOf(query) === undefined);
    expect(unbounded.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(BOUNDED_BY_THEIR_SUBJECT).toSorted(),
    );
  });

  it.each<readonly [Bound | undefined, string, string]>([
    ["limit", "orders_account_created_at_idx", "select from orders where account = :account limit :limit"],
    ["limit", "market_data_pkey", "select from market_data order by time limit (select :limit)"],
    ["time", "market_data_pkey", "select from market_data where time >= :from and time < :to"],
    [
      "time",
      "orders_pkey",
      "select from orders where created_at >= uuid_extract_timestamp(:id) and created_at < :to",
    ],
    [
      "time",
      "strategy_daily_performance_pkey",
      "select from strategy_daily_performance where trading_day >= (:from at time zone 'UTC')::date and trading_day < (:to at time zone 'UTC')::date",
    ],
    [undefined, "market_data_pkey", "select from market_data where time >= (:from + time) and time < :to"],
    ["unique key", "strategies_name_key", "select from strategies where name = :name"],
    [
      "unique key",
      "market_overview_key",
      "select from market_overview where exchange = :exchange and symbol = :symbol",
    ],
    [undefined, "market_overview_key", "select from market_overview where exchange = :exchange"],
    [undefined, "trades_account_executed_at_idx", "select from trades where account = :account"],
    [undefined, "market_data_pkey", "select from market_data where time >= :from"],
    [undefined, "strategies_name_key", "select from strategies where kind = :kind"],
  ])("is seen as %s with %s in %s", (bound, index, text) => {
    expect(boundOf(catalogued("x.y", "operations", [index], text))).toBe(bound);
  });
});
