// The transport in pino's worker thread where there is no server to store anything: the program goes on and no password is told.
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { runProgram } from "./testing/run-program.ts";

describe("a program that logs", () => {
  it("ends in its time and says what was lost, without a password, where there is no server", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const { code, errors, milliseconds } = await runProgram(
      `postgres://app:s3cr3t-word@127.0.0.1:${port}/trading`,
      100,
      "return",
      { closeTimeoutMilliseconds: 500 },
    );
    expect(code).toBe(0);
    expect(errors).toMatch(
      /^pino-transport: .*127\.0\.0\.1.*\(100 lines buffered, 0 dropped, 0 refused\)\n/u,
    );
    expect(errors).not.toContain("s3cr3t-word");
    expect(milliseconds).toBeLessThan(30_000);
  });

  it("fails at its start where the transport's options cannot work, without telling the password", async () => {
    const { code, errors } = await runProgram("postgres://app:s3cr3t-word@/", 1, "return", {});
    expect(code).not.toBe(0);
    expect(errors).toContain("DATABASE_URL");
    expect(errors).not.toContain("s3cr3t-word");
  });
});
