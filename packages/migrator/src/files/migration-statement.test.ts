import { describe, expect, it } from "vitest";
import { controlsTransaction, splitStatements } from "./migration-statement.ts";

function only(sql: string): NonNullable<ReturnType<typeof splitStatements>[number]> {
  const [statement, ...others] = splitStatements(sql);
  if (statement === undefined || others.length > 0) throw new Error("expected one statement");
  return statement;
}

describe("splitStatements", () => {
  it("numbers what drizzle-kit's breakpoints part, without what holds no code", () => {
    const text =
      "-- made by hand\n--> statement-breakpoint\nSELECT 1;--> statement-breakpoint\n\nSELECT 2;\n";
    expect(splitStatements(text).map(({ number, sql }) => [number, sql])).toEqual([
      [1, "SELECT 1;"],
      [2, "SELECT 2;"],
    ]);
  });

  it.each([
    "CREATE INDEX CONCURRENTLY a ON b (c)",
    "create unique index  concurrently if not exists a on b (c)",
    "-- why\nDROP INDEX CONCURRENTLY a",
    "REINDEX TABLE CONCURRENTLY a",
    "VACUUM a",
    "-- migrate: alone\nCALL refresh_continuous_aggregate('a', null, null)",
  ])("sends %j alone", (sql) => {
    expect(only(sql).alone).toBe(true);
  });

  it.each([
    "CREATE INDEX a ON b (c)",
    "CREATE TABLE a (b text DEFAULT 'CREATE INDEX CONCURRENTLY')",
    "-- CREATE INDEX CONCURRENTLY a ON b (c)\nSELECT 1",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY a",
  ])("lets %j share a transaction", (sql) => {
    expect(only(sql).alone).toBe(false);
  });
});

describe("controlsTransaction", () => {
  it.each(["COMMIT", "begin;", "SELECT 1; ROLLBACK", "start transaction read only", "/* x */ abort"])(
    "finds %j",
    (sql) => {
      expect(controlsTransaction(only(sql))).toBe(true);
    },
  );

  it.each([
    "DO $$ BEGIN PERFORM 1; END $$",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END",
    "COMMENT ON TABLE a IS 'commit'",
  ])("has nothing against %j", (sql) => {
    expect(controlsTransaction(only(sql))).toBe(false);
  });
});
