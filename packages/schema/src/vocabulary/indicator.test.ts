import { getTableConfig } from "drizzle-orm/pg-core";
import { expect, it } from "vitest";
import { marketData } from "../tables/market-data.ts";
import { storedIndicators } from "./indicator.ts";

it("the list of indicators names columns of the table, in its order and of its types", () => {
  const listed = new Set<string>(storedIndicators.map(({ column }) => column));
  const columns = getTableConfig(marketData).columns.filter(({ name }) => listed.has(name));
  const typeOf = { real: "float4", "double precision": "float8" } as Readonly<Record<string, string>>;
  expect(columns.map((column) => [column.name, typeOf[column.getSQLType()]])).toEqual(
    storedIndicators.map(({ column, type }) => [column, type]),
  );
});
