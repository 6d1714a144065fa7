// For tests: a TCP proxy that can cut a connection at a chosen moment, as a network does.
// Not part of the package's API. Invariant: bytes pass unchanged until the cut.

import { connect, createServer, type Socket } from "node:net";

/** What happens when the watched text is seen on its way to the server. */
export type Cut = "before-server" | "after-server";

/** A running proxy. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts the next connection that sends this text: before the server gets it, or once the server has answered it. */
  cutAt(text: string, cut: Cut): void;
  /** Swallows all bytes of all connections in both directions from now on, keeping the sockets open. */
  goSilent(): void;
}

/** Starts a proxy in front of a server on this machine. */
export async function startCuttingProxy(serverPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let trap: { readonly text: string; readonly cut: Cut } | undefined;
  let isSilent = false;

  const proxy = createServer((client) => {
    const server = connect(serverPort, "127.0.0.1");
    let isDoomed = false;
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on("data", (bytes) => {
      if (isSilent) return;
      if (trap !== undefined && bytes.includes(trap.text)) {
        const { cut: moment } = trap;
        trap = undefined;
        if (moment === "before-server") {
          cut();
          return;
        }
        isDoomed = true;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (isSilent) return;
      if (isDoomed) cut();
      else client.write(bytes);
    });
  });

  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    cutAt(text, cut) {
      trap = { text, cut };
    },
    goSilent() {
      isSilent = true;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        proxy.close(() => {
          resolve();
        });
      });
    },
  };
}
