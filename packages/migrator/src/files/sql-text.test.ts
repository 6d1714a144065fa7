import { describe, expect, it } from "vitest";
import { codeOfStatements, firstLineOf, normaliseText, withoutLiterals } from "./sql-text.ts";

describe("codeOfStatements", () => {
  it("does not split at a semicolon inside a string, a quoted name, a body or a comment", () => {
    expect(
      codeOfStatements(
        `select 'a;b', "c;d" -- e;f\n; /* g; /* h; */ i; */ do $x$ begin; end $x$; select $$;$$, $1`,
      ),
    ).toEqual(["select '', \"\"", "do ''", "select '', $1"]);
  });

  it("hides keywords that are text", () => {
    expect(codeOfStatements("insert into t values ('drop table t', E'it\\'s; commit', 'it''s')")).toEqual([
      "insert into t values ('', E'', '')",
    ]);
  });

  it("leaves nothing of a text without code", () => {
    expect(codeOfStatements("-- nothing\n/* here */ ;;\n")).toEqual([]);
  });

  it("survives text that ends in the middle of something", () => {
    for (const text of ["select 'a", 'select "a', "/* a", "select $x$ a", "-- a", "E'\\"]) {
      expect(codeOfStatements(text).length).toBeLessThanOrEqual(1);
    }
  });
});

describe("withoutLiterals", () => {
  it.each([
    ["ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD ''"],
    [
      "CREATE ROLE \"the app\" PASSWORD E'it\\'s hunter2'; SELECT 1",
      "CREATE ROLE \"the app\" PASSWORD E''; SELECT 1",
    ],
    [
      "ALTER ROLE app PASSWORD U&'hunter2' VALID UNTIL 'infinity'",
      "ALTER ROLE app PASSWORD U&'' VALID UNTIL ''",
    ],
    ["ALTER ROLE app PASSWORD $$hunter2$$", "ALTER ROLE app PASSWORD ''"],
    ["ALTER ROLE app PASSWORD $secret$hunter2$$2$secret$", "ALTER ROLE app PASSWORD ''"],
    ["ALTER ROLE app /* 'hunter2' */ NOLOGIN -- hunter2", "ALTER ROLE app   NOLOGIN "],
    ["ALTER ROLE app PASSWORD 'hunt\ner2'", "ALTER ROLE app PASSWORD ''"],
    ["ALTER ROLE app PASSWORD 'hun", "ALTER ROLE app PASSWORD ''"],
    ["ALTER ROLE app PASSWORD $x$hun", "ALTER ROLE app PASSWORD ''"],
  ])("of %j shows no string and no comment", (sql, shown) => {
    expect(withoutLiterals(sql)).toBe(shown);
  });
});

describe("normaliseText", () => {
  it("makes a CRLF checkout the same text", () => {
    expect(normaliseText("\uFEFFa\r\nb\rc\n")).toBe("a\nb\nc\n");
  });
});

describe("firstLineOf", () => {
  it("skips comments and cuts long lines", () => {
    expect(firstLineOf("-- why\n\nCREATE TABLE a (\n  b int)")).toBe("CREATE TABLE a (");
    expect(firstLineOf(`select ${"x".repeat(200)}`)).toHaveLength(120);
  });

  it("shows no string, not even one that ends on a later line", () => {
    expect(firstLineOf("CREATE ROLE app PASSWORD 'hunt\ner2' LOGIN\nNOINHERIT")).toBe(
      "CREATE ROLE app PASSWORD '' LOGIN",
    );
  });
});
