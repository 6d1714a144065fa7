import { once } from "node:events";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { startLoopbackForward } from "./loopback-forward.ts";
import { isThisMachine } from "./this-machine.ts";

describe("a forwarded port", () => {
  it("passes bytes both ways and closes with the far end", async () => {
    const far = createServer((socket) => {
      socket.once("data", (bytes) => socket.end(bytes.toString().toUpperCase()));
    });
    far.listen(0, "127.0.0.1");
    await once(far, "listening");
    const address = far.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const forward = await startLoopbackForward("127.0.0.1", address.port);
    try {
      const near = connect(forward.port, "127.0.0.1");
      near.write("bars");
      const chunks: Buffer[] = [];
      near.on("data", (chunk: Buffer) => chunks.push(chunk));
      await once(near, "close");
      expect(Buffer.concat(chunks).toString()).toBe("BARS");
    } finally {
      await forward.stop();
      far.close();
    }
  });

  it("closes the near end when there is no far end", async () => {
    // Nothing listens on port 1.
    const forward = await startLoopbackForward("127.0.0.1", 1);
    try {
      const near = connect(forward.port, "127.0.0.1");
      near.resume();
      near.on("error", () => {});
      await once(near, "close");
      expect(near.bytesRead).toBe(0);
    } finally {
      await forward.stop();
    }
  });
});

describe("isThisMachine", () => {
  it("knows this machine's own addresses, and takes no other for it", async () => {
    // A link-local address says nothing without its interface.
    const own = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address }) => !address.startsWith("fe80:"));
    expect(own.length).toBeGreaterThan(0);
    for (const { address } of own) expect(await isThisMachine(address), address).toBe(true);
    expect(await isThisMachine("localhost")).toBe(true);
    expect(await isThisMachine("192.0.2.1")).toBe(false);
    expect(await isThisMachine("docker.example")).toBe(false);
  });
});
