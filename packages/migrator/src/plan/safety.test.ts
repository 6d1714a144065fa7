import { describe, expect, it } from "vitest";
import { classifyStatements } from "./safety.ts";

describe("classifyStatements", () => {
  it.each([
    [
      [
        "CREATE TABLE a (b int)",
        'CREATE INDEX x ON "a" (b)',
        'ALTER TABLE "a" ADD CONSTRAINT c CHECK (b > 0)',
      ],
      "online",
    ],
    [["CREATE INDEX CONCURRENTLY x ON a (b)"], "online"],
    [['CREATE TABLE "public"."a" (b int)', 'CREATE UNIQUE INDEX "x" ON "a" USING btree ("b")'], "online"],
    [["ALTER TABLE a ADD COLUMN c int DEFAULT 0"], "online"],
    [["ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID"], "online"],
    [["INSERT INTO a VALUES ('drop table a')"], "online"],
    [["CREATE INDEX x ON a (b)"], "rewrites"],
    [['ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE bigint'], "rewrites"],
    [['ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL'], "rewrites"],
    [["ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d (e)"], "rewrites"],
    [["ALTER TABLE a ADD COLUMN c uuid DEFAULT gen_random_uuid()"], "rewrites"],
    [["CREATE INDEX x ON a (b)", 'DROP TABLE "c"'], "destructive"],
    [['ALTER TABLE "a" DROP COLUMN "b"'], "destructive"],
    [["TRUNCATE a"], "destructive"],
    [["WITH old AS (SELECT 1) DELETE FROM a USING old"], "destructive"],
    [["UPDATE a SET b = 1"], "destructive"],
  ])("calls %j %s", (statements, safety) => {
    expect(classifyStatements(statements).safety).toBe(safety);
  });
});
