import { inspect } from "node:util";

import { DatabaseError as PgDatabaseError } from "pg";
import { expect, test } from "vitest";

import {
  ConflictError,
  DatabaseError,
  InvalidInputError,
  RetryableError,
  SchemaMismatchError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "./database-error.ts";
import { sqlStateOf, toDatabaseError } from "./to-database-error.ts";

function serverError(code: string, fields: Partial<PgDatabaseError> = {}): PgDatabaseError {
  return Object.assign(new PgDatabaseError("refused", 0, "error"), { severity: "ERROR", code, ...fields });
}

test("a unique violation keeps the constraint, table, detail and the original as its cause", () => {
  const original = serverError("23505", {
    schema: "public",
    table: "trades",
    constraint: "trades_pkey",
    detail: "Key (id)=(1) already exists.",
    where: "COPY trades, line 3",
  });
  const error = toDatabaseError(original);
  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({
    name: "ConflictError",
    kind: "conflict",
    sqlState: "23505",
    schema: "public",
    table: "trades",
    constraint: "trades_pkey",
    detail: "Key (id)=(1) already exists.",
    context: "COPY trades, line 3",
    isRetryable: false,
  });
  expect(error.cause).toBe(original);
});

test("an error can name the input field that was refused, and otherwise names none", () => {
  expect(new InvalidInputError("The symbol is empty.", { field: "symbol" }).field).toBe("symbol");
  expect(toDatabaseError(serverError("23514")).field).toBeUndefined();
});

test("what a schema lacks is told with what to do about it", () => {
  for (const code of ["42P01", "42703", "42883", "42704"]) {
    const error = toDatabaseError(serverError(code));
    expect(error).toBeInstanceOf(SchemaMismatchError);
    expect(error.message).toBe(
      "refused; where the database was not migrated, or not far enough, run pnpm migrate",
    );
  }
  expect(toDatabaseError(serverError("42601")).message).toBe("refused");
});

test("a typed error is returned as it is", () => {
  const error = new InvalidInputError("no");
  expect(toDatabaseError(error)).toBe(error);
});

test.each([
  ["Connection terminated unexpectedly", UnavailableError],
  ["Connection terminated", UnavailableError],
  ["Connection terminated due to connection timeout", TimeoutError],
  ["timeout exceeded when trying to connect", TimeoutError],
  ["timeout expired", TimeoutError],
  ["Client has encountered a connection error and is not queryable", UnavailableError],
  ["Client was closed and is not queryable", UnavailableError],
  ["Cannot use a pool after calling end on the pool", UsageError],
  ["Prepared statements must be unique - 'a' was used for a different statement", UsageError],
])("pg's uncoded failure %j has a class", (message, type) => {
  const error = toDatabaseError(new Error(message));
  expect(error).toBeInstanceOf(type);
  expect(error.sqlState).toBeUndefined();
});

test.each(["ECONNRESET", "EPIPE", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"])(
  "the socket error %s is unavailable and no SQLSTATE",
  (code) => {
    const error = toDatabaseError(Object.assign(new Error("socket"), { code }));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.sqlState).toBeUndefined();
  },
);

test("an error of several addresses has the message of the first", () => {
  const inner = Object.assign(new Error("connect ECONNREFUSED ::1:5432"), { code: "ECONNREFUSED" });
  const error = toDatabaseError(Object.assign(new AggregateError([inner]), { code: "ECONNREFUSED" }));
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error.message).toBe("connect ECONNREFUSED ::1:5432");
});

test("what is no error at all becomes one", () => {
  const error = toDatabaseError("oops");
  expect(error.constructor).toBe(DatabaseError);
  expect(error.message).toContain("string");
});

test("the client that a pool hangs on an error does not stay on it", () => {
  const original = Object.assign(serverError("57P01"), { client: { secret: "pass-word" } });
  expect(inspect(toDatabaseError(original), { depth: 10 })).not.toContain("pass-word");
});

test("a code without a severity did not come from the server", () => {
  expect(sqlStateOf(Object.assign(new Error("x"), { code: "40001" }))).toBeUndefined();
  expect(sqlStateOf(serverError("40001"))).toBe("40001");
});

test("the class's name leads the stack and is no field of the instance", () => {
  const error = toDatabaseError(serverError("40001"));
  expect(error).toBeInstanceOf(RetryableError);
  expect(error.stack).toMatch(/^RetryableError: refused/u);
  expect(Object.keys(error)).not.toContain("name");
});
