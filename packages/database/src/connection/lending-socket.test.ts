// What a socket that reads into one buffer gives to whom.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { divert, LendingSocket } from "./lending-socket.ts";

const server = createServer();
let port = 0;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  port = address.port;
});
afterAll(() => {
  server.close();
});

/** Both ends of a connection. */
async function connected(): Promise<{ readonly lending: LendingSocket; readonly other: Socket }> {
  const lending = new LendingSocket();
  const accepted = once(server, "connection");
  lending.connect(port, "127.0.0.1");
  await once(lending, "connect");
  const [other] = await accepted;
  return { lending, other: other };
}

describe("a socket that lends its buffer", () => {
  it("gives listeners bytes of their own, which later reads leave alone", async () => {
    const { lending, other } = await connected();
    const kept: Buffer[] = [];
    lending.on("data", (bytes: Buffer) => kept.push(bytes));
    for (const text of ["one", "two", "six"]) {
      const read = once(lending, "data");
      other.write(text);
      await read;
    }
    expect(kept.map(String)).toEqual(["one", "two", "six"]);
    lending.destroy();
  });

  it("lends a borrower the same memory again and again, and nothing to the listeners meanwhile", async () => {
    const { lending, other } = await connected();
    const heard: string[] = [];
    lending.on("data", (bytes: Buffer) => heard.push(String(bytes)));
    const lent: Buffer[] = [];
    for (const text of ["one", "two"]) {
      const read = Promise.withResolvers<void>();
      lending.borrower = (bytes) => {
        expect(String(bytes)).toBe(text);
        lent.push(bytes);
        read.resolve();
      };
      other.write(text);
      await read.promise;
    }
    expect(lent.map(String)).toEqual(["two", "two"]);
    expect(heard).toEqual([]);
    lending.destroy();
  });

  it("reads nothing while it is paused, loses nothing, and tells its end", async () => {
    const { lending, other } = await connected();
    const heard: Buffer[] = [];
    lending.on("data", (bytes: Buffer) => heard.push(bytes));
    const first = once(lending, "data");
    other.write("before");
    await first;
    lending.pause();
    const sent = Buffer.alloc(1_000_000, "x");
    other.end(sent);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toHaveLength(1);
    const ended = once(lending, "end");
    lending.resume();
    await ended;
    expect(Buffer.concat(heard).length).toBe("before".length + sent.length);
    lending.destroy();
  });
});

describe("the bytes of a stream that are diverted", () => {
  it("go to the taker alone, and to the listeners of before once they are given back, of any stream", () => {
    for (const stream of [new LendingSocket(), new PassThrough()]) {
      const heard: string[] = [];
      const taken: string[] = [];
      stream.on("data", (bytes: Buffer) => heard.push(String(bytes)));
      const say = (text: string): void => {
        if (stream instanceof LendingSocket && stream.borrower !== undefined)
          stream.borrower(Buffer.from(text));
        else stream.emit("data", Buffer.from(text));
      };
      say("before");
      const giveBack = divert(stream, (bytes) => taken.push(String(bytes)));
      say("meanwhile");
      giveBack();
      say("after");
      expect({ heard, taken }).toEqual({ heard: ["before", "after"], taken: ["meanwhile"] });
      stream.destroy();
    }
  });
});
