import { describe, expect, it } from "vitest";
import { decideOptions, type PinoTransportOptions } from "./transport-options.ts";

const environment = {
  DATABASE_URL: "postgres://app:hidden@localhost/trading",
  LOGS: "postgres://logs@localhost/logs",
};

describe("options", () => {
  it("take the address from the environment, unless it is given", () => {
    expect(decideOptions({}, environment).settings.database).toBe("trading");
    expect(decideOptions({ databaseUrlVariable: "LOGS" }, environment).settings.database).toBe("logs");
    const databaseUrl = "postgres://x@localhost/given";
    expect(decideOptions({ databaseUrl }, environment).settings.database).toBe("given");
  });

  it.each<[string, PinoTransportOptions]>([
    ["an address that is none", { databaseUrl: "mysql://app:hidden@localhost/trading" }],
    ["a parameter that is not known", { databaseUrl: "postgres://app:hidden@localhost/trading?hidden=1" }],
    ["an environment without the address", { databaseUrlVariable: "MISSING" }],
    ["an overflow that waits", { overflow: "wait" as "drop-oldest" }],
    ["a close that outlasts pino", { closeTimeoutMilliseconds: 10_000 }],
    ["a close of NaN", { closeTimeoutMilliseconds: Number.NaN }],
    ["a misspelt option", { databaseURL: "postgres://app:hidden@localhost/trading" } as PinoTransportOptions],
    ["a misspelt field", { fields: { correlationID: ["id"] } as PinoTransportOptions["fields"] }],
  ])("refuse %s, and repeat no password", (_, options) => {
    let message = "nothing was thrown";
    try {
      decideOptions(options, environment);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^InvalidInputError: /u);
    expect(message).not.toContain("app:hidden");
  });
});
