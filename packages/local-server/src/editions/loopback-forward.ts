// A loopback port that leads to a port elsewhere. For a container whose engine is not on this machine: a database
// connection without TLS is only ever made to this machine, in tests too.
// Invariant: bytes pass unchanged; it ends with its owner and keeps no process alive.
import { connect, createServer, type Socket } from "node:net";

export interface LoopbackForward {
  readonly port: number;
  stop(this: void): Promise<void>;
}

/** @throws when no loopback port can be opened. */
export async function startLoopbackForward(host: string, port: number): Promise<LoopbackForward> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host, port });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host: "127.0.0.1", port: 0, exclusive: true }, resolve);
  await listening;
  server.unref();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the forwarded port is not known");
  return {
    port: address.port,
    stop: async () => {
      const { promise: closed, resolve: close } = Promise.withResolvers<void>();
      server.close(() => close());
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
