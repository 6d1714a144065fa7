// The transport in pino's worker thread, with real loggers and a real server: nothing lost at the end of a program, nothing
// thrown into it, and no password told.
import { once } from "node:events";
import { createDatabase, type Database, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "./testing/run-program.ts";

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(place.url), { poolSize: 2 });
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

const target = new URL("../index.js", import.meta.url).href;
interface Stored {
  readonly message: string;
  readonly context: unknown;
  readonly level: string;
}

async function stored(component: string): Promise<readonly Stored[]> {
  const { rows } = await database.query<Stored>(
    "select message, context, level from system_logs where component = $1 order by logged_at, id",
    [component],
  );
  return rows;
}

const lines = (count: number): string[] => Array.from({ length: count }, (_, line) => `line ${line}`);

describe("a program that logs", () => {
  it("10,000 lines and flushes finds them all stored, in order", async () => {
    const component = "flushes first";
    const { code, errors } = await runProgram(place.url, 10_000, "flush", {
      component,
      fields: { component: [] },
    });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    const found = await stored(component);
    expect(found.map(({ message }) => message)).toEqual(lines(10_000));
    expect(found[9_999]).toEqual({
      message: "line 9999",
      context: { line: 9_999, name: "program" },
      level: "info",
    });
  });

  it.each([
    ["returns", "return", 0],
    ["exits right after it", "exit", 3],
    ["fails", "throw", 1],
  ] as const)("and %s finds them all stored", async (component, ending, wanted) => {
    const options = { component, fields: { component: [] }, closeTimeoutMilliseconds: 9_000 };
    const { code, errors } = await runProgram(place.url, 500, ending, options);
    expect(code).toBe(wanted);
    expect(errors).not.toContain("pino-transport: ");
    expect((await stored(component)).map(({ message }) => message)).toEqual(lines(500));
  });
});

describe("a logger in this process", () => {
  it("has its lines stored once flush says so, and again after the server cut the connection", async () => {
    const transport = pino.transport({
      target,
      options: { databaseUrl: place.url, component: "flushes", flushIntervalMilliseconds: 60_000 },
    }) as ReturnType<typeof pino.transport> & { end: () => void };
    const logger = pino(transport);
    const flush = (): Promise<void> =>
      new Promise((resolve, reject) => {
        logger.flush((error) => (error === undefined || error === null ? resolve() : reject(error)));
      });
    logger.info("before");
    await flush();
    expect((await stored("flushes")).map(({ message }) => message)).toEqual(["before"]);
    await database.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'pino-transport'",
    );
    logger.warn({ attempt: 2 }, "after");
    await flush();
    expect(await stored("flushes")).toMatchObject([
      { message: "before", level: "info" },
      { message: "after", level: "warn", context: { attempt: 2 } },
    ]);
    transport.end();
    await once(transport, "close");
  });

  it("works as one of several targets, each with its level", async () => {
    const transport = pino.transport({
      targets: [
        { target, level: "warn", options: { databaseUrl: place.url, component: "several" } },
        { target: "pino/file", level: "trace", options: { destination: "/dev/null" } },
      ],
    }) as ReturnType<typeof pino.transport> & { end: () => void };
    const logger = pino({ level: "trace" }, transport);
    logger.info("not for the database");
    logger.error("for the database");
    transport.end();
    await once(transport, "close");
    expect((await stored("several")).map(({ message }) => message)).toEqual(["for the database"]);
  });

  it("has lines that are no JSON stored as they are", async () => {
    const transport = pino.transport({
      target,
      options: { databaseUrl: place.url, component: "raw" },
    }) as ReturnType<typeof pino.transport> & { write: (line: string) => void; end: () => void };
    transport.write("plain words\n");
    transport.write("null\n");
    transport.end();
    await once(transport, "close");
    expect((await stored("raw")).map(({ message }) => message)).toEqual(["plain words", "null"]);
  });
});
