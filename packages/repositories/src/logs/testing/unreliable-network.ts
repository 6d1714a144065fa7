// For tests: a proxy between a program and a server on this machine that goes away and comes back, or cuts a connection
// once the server has answered. Invariant: bytes pass unchanged until then.
import { connect, createServer, type Socket } from "node:net";

/** A running proxy. */
export interface UnreliableNetwork extends AsyncDisposable {
  /** The server's address by way of the proxy. */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  goAway(): void;
  comeBack(): void;
  /** Cuts the next connection that sends this text, once the server has answered it: the answer is lost. */
  loseAnswerTo(text: string): void;
}

/** Starts a proxy in front of the server of a URL. */
export async function startUnreliableNetwork(serverUrl: string): Promise<UnreliableNetwork> {
  const address = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isAway = false;
  let trap: string | undefined;

  const proxy = createServer((client) => {
    if (isAway) {
      client.destroy();
      return;
    }
    const server = connect(Number(address.port), address.hostname);
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
      if (trap !== undefined && bytes.includes(trap)) {
        trap = undefined;
        isDoomed = true;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (isDoomed) cut();
      else client.write(bytes);
    });
  });

  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const place = proxy.address();
  if (place === null || typeof place === "string") throw new Error("The proxy has no port.");
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String(place.port);
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    goAway() {
      isAway = true;
      cutAll();
    },
    comeBack() {
      isAway = false;
    },
    loseAnswerTo(text) {
      trap = text;
    },
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise<void>((resolve) => {
        proxy.close(() => {
          resolve();
        });
      });
    },
  };
}
