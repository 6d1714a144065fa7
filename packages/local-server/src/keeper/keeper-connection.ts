// One connection of a command to the keeper, past the mutual proof. Starts no keeper.
// Invariant: a lease lives exactly as long as this connection, so a killed command gives it back by dying.
import { connect, type Socket } from "node:net";
import { LocalServerError } from "../local-server-error.ts";
import {
  createChallenge,
  isProof,
  prove,
  receive,
  send,
  type ClientMessage,
  type KeeperMessage,
} from "./wire.ts";

export interface KeeperConnection {
  send(message: ClientMessage): void;
  /** The next message of that kind, or of kind `failed`; undefined when the connection ends first. */
  next<Kind extends KeeperMessage["kind"]>(
    kind: Kind,
  ): Promise<Extract<KeeperMessage, { kind: Kind | "failed" }> | undefined>;
  onProgress(listener: (text: string) => void): void;
  /** Lets the process end although the connection is open. */
  unref(): void;
  ref(): void;
  /** Resolves when the other side is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Connects and proves.
 * @returns undefined when nobody is there.
 * @throws LocalServerError when somebody is there who does not know the token.
 */
export async function connectKeeper(address: string, token: string): Promise<KeeperConnection | undefined> {
  const socket = await open(address);
  if (socket === undefined) return undefined;
  const connection = createConnection(socket);
  const greeting = await connection.next("challenge");
  if (greeting?.kind !== "challenge") return undefined;
  const challenge = createChallenge();
  connection.send({
    kind: "hello",
    proof: prove(token, "client", greeting.challenge),
    challenge,
    holder: { pid: process.pid, command: describeCommand() },
  });
  const welcome = await connection.next("welcome");
  if (welcome?.kind !== "welcome") return undefined;
  if (!isProof(token, "keeper", challenge, welcome.proof)) {
    connection.close();
    throw new LocalServerError(
      "unresponsive",
      "A process that does not know this checkout's token answers in place of its server's keeper: end it, or set DATABASE_URL.",
    );
  }
  return connection;
}

async function open(address: string): Promise<Socket | undefined> {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  const socket = connect(address);
  socket.once("connect", () => resolve(socket));
  socket.on("error", () => resolve(undefined));
  return promise;
}

function createConnection(socket: Socket): KeeperConnection {
  const waiting = new Map<string, (message: KeeperMessage | undefined) => void>();
  const unclaimed: KeeperMessage[] = [];
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  let progressListener: ((text: string) => void) | undefined;
  socket.once("close", () => {
    isClosed = true;
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
    closed.resolve();
  });
  receive<KeeperMessage>(socket, (message) => {
    if (message.kind === "progress") return progressListener?.(message.text);
    const key = message.kind === "failed" ? ([...waiting.keys()][0] ?? "failed") : message.kind;
    const resolve = waiting.get(key);
    waiting.delete(key);
    if (resolve === undefined) unclaimed.push(message);
    else resolve(message);
  });
  return {
    send: (message) => send(socket, message),
    async next<Kind extends KeeperMessage["kind"]>(kind: Kind) {
      type Wanted = Extract<KeeperMessage, { kind: Kind | "failed" }>;
      const { promise, resolve } = Promise.withResolvers<KeeperMessage | undefined>();
      const index = unclaimed.findIndex((message) => message.kind === kind || message.kind === "failed");
      const [ready] = index === -1 ? [] : unclaimed.splice(index, 1);
      if (ready !== undefined || isClosed) resolve(ready);
      else waiting.set(kind, resolve);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the map's key, or the search above, let only these kinds through
      return (await promise) as Wanted | undefined;
    },
    onProgress(listener) {
      progressListener = listener;
    },
    unref: () => socket.unref(),
    ref: () => socket.ref(),
    closed: closed.promise,
    close: () => socket.destroy(),
  };
}

// For "in use by ..." only. Arguments are left out: they may hold a password.
function describeCommand(): string {
  const script = process.argv[1]?.split(/[\\/]/).at(-1) ?? "node";
  const subcommand = process.argv[2];
  return subcommand !== undefined && /^[a-z][a-z:-]*$/.test(subcommand) ? `${script} ${subcommand}` : script;
}
