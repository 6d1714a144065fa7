// For tests: speaks PostgreSQL's TLS negotiation in front of a server that has no TLS, with a certificate for `localhost`
// that no authority signed. Not part of the package's API. The key beside it protects nothing and is for this alone.

import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { TLSSocket } from "node:tls";

/** The front's own certificate, to be trusted or not. */
export const certificateFile = fileURLToPath(new URL("localhost-cert.pem", import.meta.url));

const keyFile = new URL("localhost-key.pem", import.meta.url);

/** A running front. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
}

/** Starts a front before a server on this machine. */
export async function startTlsFront(serverPort: number): Promise<TlsFront> {
  const cert = readFileSync(certificateFile);
  const key = readFileSync(keyFile);
  const sockets = new Set<Socket>();

  const front = createServer((client) => {
    sockets.add(client);
    client.on("error", () => undefined);
    client.once("data", () => {
      client.write("S");
      const secure = new TLSSocket(client, { isServer: true, cert, key });
      const server = connect(serverPort, "127.0.0.1");
      sockets.add(server);
      const cut = (): void => {
        client.destroy();
        server.destroy();
      };
      for (const socket of [secure, server]) {
        socket.on("error", cut);
        socket.on("close", cut);
      }
      secure.pipe(server).pipe(secure);
    });
  });

  await new Promise<void>((resolve) => {
    front.listen(0, resolve);
  });
  const address = front.address();
  if (address === null || typeof address === "string") throw new Error("the front has no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        front.close(() => {
          resolve();
        });
      });
    },
  };
}
