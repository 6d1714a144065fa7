// From a line to a record, over lines that pino itself wrote.
import pino, { type Logger, type LoggerOptions } from "pino";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryOfLine } from "./entry-of-line.ts";
import { decideOptions, type PinoTransportOptions } from "./transport-options.ts";

const url = "postgres://app@localhost/trading";

/** What a logger's last line becomes. */
function entryOf(
  log: (logger: Logger) => void,
  loggerOptions: LoggerOptions = {},
  options: PinoTransportOptions = {},
) {
  let line = "{}";
  const destination = { write: (text: string) => void (line = text) };
  log(pino({ base: null, ...loggerOptions }, destination));
  return entryOfLine(JSON.parse(line) as object, decideOptions({ databaseUrl: url, ...options }, {}));
}

/** Logs at a custom level, which pino's types know only of a logger made here and now. */
function logAs(logger: Logger, level: string): void {
  Reflect.apply(Reflect.get(logger, level) as () => void, logger, ["x"]);
}

describe("a line of pino", () => {
  it("gives level, time, message and, of the rest, the context", () => {
    const before = Temporal.Now.instant();
    const entry = entryOf((logger) =>
      logger.warn({ orderId: 7, venue: { name: "X" } }, "order %s", "routed"),
    );
    expect(entry).toMatchObject({
      level: "warn",
      message: "order routed",
      component: "application",
      context: { orderId: 7, venue: { name: "X" } },
    });
    const behind = Temporal.Instant.from(String(entry.loggedAt)).since(before).total("milliseconds");
    expect(Math.abs(behind)).toBeLessThan(1_000);
  });

  it("has no context where nothing is left", () => {
    expect(entryOf((logger) => logger.info("plain")).context).toBeUndefined();
  });

  it("gives host and process from pino's own fields", () => {
    const entry = entryOf((logger) => logger.info("x"), { base: { pid: 12, hostname: "trader-1" } });
    expect(entry).toMatchObject({ processId: "12", host: "trader-1", context: undefined });
  });

  it("gives its component from the child's binding, else from the logger's name, else from the options", () => {
    const log = (logger: Logger): void => logger.child({ component: "order-router" }).info("x");
    expect(entryOf(log, { base: { name: "backend" } })).toMatchObject({
      component: "order-router",
      context: { name: "backend" },
    });
    expect(entryOf((logger) => logger.info("x"), { base: { name: "backend" } }).component).toBe("backend");
    expect(entryOf((logger) => logger.info("x"), {}, { component: "given" }).component).toBe("given");
  });

  it("gives strategy, correlation id and duration, numbers and nested ones included", () => {
    const entry = entryOf((logger) =>
      logger.info({ strategyId: "s", req: { id: 17, url: "/orders" }, responseTime: 12.5 }, "done"),
    );
    expect(entry).toMatchObject({
      strategyId: "s",
      correlationId: "17",
      durationMilliseconds: 12.5,
      context: { req: { id: 17, url: "/orders" } },
    });
    expect(entryOf((logger) => logger.info({ traceId: "t", reqId: "r" }, "x"))).toMatchObject({
      correlationId: "t",
      context: { reqId: "r" },
    });
  });

  it("takes the fields it is told", () => {
    const entry = entryOf(
      (logger) => logger.info({ took: "15", run: "r-1", text: "hello" }),
      { messageKey: "text" },
      { messageKey: "text", fields: { durationMilliseconds: ["took"], correlationId: ["run"] } },
    );
    expect(entry).toMatchObject({
      message: "hello",
      durationMilliseconds: 15,
      correlationId: "r-1",
      context: undefined,
    });
  });

  it("gives an error's name and stack, its causes, and in the context what else it carries", () => {
    const cause = new RangeError("no funds");
    const error = Object.assign(new TypeError("order refused", { cause }), { code: "E_FUNDS" });
    const entry = entryOf((logger) => logger.error(error));
    expect(entry).toMatchObject({
      level: "error",
      message: "order refused",
      context: { err: { code: "E_FUNDS" } },
    });
    expect(entry.error).toMatchObject({
      type: "TypeError",
      stack: expect.stringContaining("RangeError: no funds"),
    });
  });

  it.each([
    [5, "trace"],
    [10, "trace"],
    [20, "debug"],
    [30, "info"],
    [35, "info"],
    [40, "warn"],
    [50, "error"],
    [60, "fatal"],
    [100, "fatal"],
  ])("of level %i counts as %s", (value, level) => {
    const entry = entryOf((logger) => logAs(logger, "odd"), {
      customLevels: { odd: value },
      level: "odd",
    });
    expect(entry.level).toBe(level);
  });

  it("of a custom level keeps its number or name in the context", () => {
    const log = (logger: Logger): void => logAs(logger, "audit");
    const levels = { customLevels: { audit: 35 } };
    expect(entryOf(log, levels).context).toEqual({ level: 35 });
    expect(entryOf(log, levels, levels).context).toEqual({ level: "audit" });
  });

  it("may have its level as a name", () => {
    const formatters = { level: (label: string) => ({ level: label }) };
    expect(entryOf((logger) => logger.fatal("x"), { formatters })).toMatchObject({
      level: "fatal",
      context: undefined,
    });
  });

  it("never shows what pino redacted", () => {
    const entry = entryOf((logger) => logger.info({ apiKey: "secret" }, "x"), { redact: ["apiKey"] });
    expect(entry.context).toEqual({ apiKey: "[Redacted]" });
  });

  it("of any JSON object becomes a record", () => {
    const reading = decideOptions({ databaseUrl: url }, {});
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(
          fc.constantFrom(
            "level",
            "time",
            "msg",
            "err",
            "name",
            "req",
            "reqId",
            "responseTime",
            "pid",
            "strategyId",
          ),
          fc.jsonValue(),
        ),
        (some, known) => {
          const entry = entryOfLine({ ...some, ...known }, reading);
          expect(typeof entry.message).toBe("string");
          expect(typeof entry.component).toBe("string");
        },
      ),
    );
  });
});
