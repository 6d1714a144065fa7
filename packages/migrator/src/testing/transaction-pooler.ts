// A transaction pooler in miniature, as PgBouncer is one: between transactions a client's server connection goes back to a
// common pool, last in first out, and the process id a client learns at login is not its server's. For tests only.

import { connect, createServer, type Socket } from "node:net";

export interface TransactionPooler extends AsyncDisposable {
  /** The same address through the pooler. */
  readonly url: string;
}

const authenticationEnd = "K";
const readyForQuery = "Z";
const idle = "I".charCodeAt(0);

/** Starts one in front of the server at `url`. */
export async function startTransactionPooler(url: string): Promise<TransactionPooler> {
  const target = new URL(url);
  const pool: Upstream[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const login = connect(Number(target.port), target.hostname);
    for (const socket of [client, login]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    let current: Upstream | undefined = createUpstream(login, pool);
    current.serve(client, () => {
      current = undefined;
    });
    client.on("data", (chunk) => {
      if (current === undefined) {
        current = pool.shift();
        current?.serve(client, () => {
          current = undefined;
        });
      }
      current?.socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const through = new URL(url);
  through.port = typeof address === "object" ? String(address?.port) : "";
  return {
    url: through.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Upstream {
  readonly socket: Socket;
  /** Sends answers to this client until the transaction ends. */
  serve(client: Socket, onReleased: () => void): void;
}

function createUpstream(socket: Socket, pool: Upstream[]): Upstream {
  let client: Socket | undefined;
  let release: (() => void) | undefined;
  let pending = Buffer.alloc(0);
  const upstream: Upstream = {
    socket,
    serve: (next, onReleased) => {
      client = next;
      release = onReleased;
    },
  };
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 5 && pending.length >= 1 + pending.readUInt32BE(1)) {
      const end = 1 + pending.readUInt32BE(1);
      const message = pending.subarray(0, end);
      pending = pending.subarray(end);
      const type = String.fromCharCode(message[0] ?? 0);
      if (type === authenticationEnd) {
        message.writeUInt32BE(424_242, 5);
      }
      client?.write(message);
      if (type === readyForQuery && message[5] === idle) {
        client = undefined;
        release?.();
        pool.unshift(upstream);
      }
    }
  });
  return upstream;
}
