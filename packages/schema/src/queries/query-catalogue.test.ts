// The catalogue against the declared indexes: none without a question, none that does not exist.
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { repeatableObjects } from "../repeatable-objects.ts";
import * as schema from "../tables/index.ts";
import { catalogued } from "./catalogued-query.ts";
import { queryCatalogue } from "./query-catalogue.ts";

const tables = Object.values(schema).filter((entry) => is(entry, PgTable));

/** Names of the indexes somebody decided on; a primary key is there for identity, asked for or not. */
const chosen = [
  ...tables.flatMap((table) => {
    const config = getTableConfig(table);
    return [
      ...config.indexes.map((index) => index.config.name ?? "unnamed"),
      ...config.uniqueConstraints.map((constraint) => constraint.getName() ?? "unnamed"),
    ];
  }),
  // Those of materialised views are part of the view's SQL.
  ...repeatableObjects.flatMap(({ create }) =>
    [...create.matchAll(/^create (?:unique )?index (\w+) /gmu)].map(([, name]) => name ?? "unnamed"),
  ),
];

const primaryKeys = tables.flatMap((table) => {
  const config = getTableConfig(table);
  const single = config.columns.some((column) => column.primary) ? [`${getTableName(table)}_pkey`] : [];
  return [...config.primaryKeys.map((key) => key.getName()), ...single];
});

describe("the query catalogue", () => {
  it("names every index at least once", () => {
    const named = new Set(queryCatalogue.flatMap((query) => query.indexes));
    expect(chosen).toContain("market_overview_key");
    expect(chosen.filter((name) => !named.has(name))).toEqual([]);
  });

  it("names no index that is not declared", () => {
    const existing = new Set([...chosen, ...primaryKeys]);
    expect(queryCatalogue.flatMap((query) => query.indexes).filter((name) => !existing.has(name))).toEqual(
      [],
    );
  });

  it("covers at least 40 explicit indexes, b-tree, partial, compound and GIN", () => {
    const indexes = tables.flatMap((table) => getTableConfig(table).indexes);
    expect(indexes.length).toBeGreaterThanOrEqual(40);
    expect(indexes.filter((index) => index.config.method === "gin").length).toBeGreaterThan(0);
    expect(indexes.filter((index) => index.config.where !== undefined).length).toBeGreaterThan(0);
    expect(indexes.filter((index) => index.config.columns.length > 1).length).toBeGreaterThan(0);
  });

  it("has no two queries of one name", () => {
    const names = queryCatalogue.map((query) => query.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("gives each query an index", () => {
    const bare = queryCatalogue.filter(({ indexes }) => indexes.length === 0);
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it("refuses an unknown parameter by name", () => {
    expect(() => catalogued("x.y", "operations", [], "select :nonsense")).toThrow(/:nonsense/);
  });

  it("numbers a parameter that appears twice once", () => {
    const query = catalogued("x.y", "operations", [], "select :id, :limit, :id, '1'::text");
    expect(query.parameters).toEqual(["id", "limit"]);
    expect(query.sql).toBe("select $1::uuid, $2::integer, $1::uuid, '1'::text");
  });
});
