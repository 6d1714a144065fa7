// Keeps a server running for as long as somebody needs it: an open connection (a lease) or a hold (db:start).
// Invariant: it holds the rendezvous from before the server starts until after it ended, and never outlives its use.
import type { Socket } from "node:net";
import type { PostmasterDependencies } from "../embedded/postmaster.ts";
import { LocalServerError } from "../local-server-error.ts";
import { listenAlone } from "./listen.ts";
import { createSupervisor } from "./supervisor.ts";
import {
  createChallenge,
  isProof,
  prove,
  receive,
  send,
  type ClientMessage,
  type LeaseHolder,
} from "./wire.ts";

export interface KeeperOptions extends PostmasterDependencies {
  readonly address: string;
  readonly token: string;
  readonly log: (text: string) => void;
  /** Called once nothing is left to keep. */
  readonly onDone: () => void;
}

export interface Keeper {
  /** Stops the server, whoever uses it, and ends. */
  shutDown(): void;
}

interface Client {
  readonly socket: Socket;
  readonly holder: LeaseHolder;
  isLease: boolean;
  isAwaitingReady: boolean;
  isAwaitingStop: boolean;
  isAwaitingStatus: boolean;
}

// Long enough for the command that started the keeper to connect; short enough not to linger if it was killed.
const firstClientMilliseconds = 3000;

/** @returns undefined when another keeper holds the rendezvous already. */
export async function startKeeper(options: KeeperOptions): Promise<Keeper | undefined> {
  const clients = new Set<Client>();
  let isHeld = false;
  let isAnnounced = false;
  let isEnding = false;

  const supervisor = createSupervisor(options, {
    isWanted: () => isHeld || leases().length > 0,
    onProgress(text) {
      for (const client of clients)
        if (client.isAwaitingReady) send(client.socket, { kind: "progress", text });
    },
    onReady: announceReady,
    onFailed: announceFailure,
    onSettled() {
      if (supervisor.port === undefined) isAnnounced = false;
      for (const client of clients) {
        if (client.isAwaitingStop) answerStop(client);
        if (client.isAwaitingStatus) answerStatus(client);
      }
      endIfDone();
    },
    log: options.log,
  });

  const server = await listenAlone(options.address, accept);
  if (server === undefined) return undefined;
  const firstClientTimer = setTimeout(endIfDone, firstClientMilliseconds);

  function leases(): readonly Client[] {
    return [...clients].filter((client) => client.isLease);
  }

  function holders(): readonly LeaseHolder[] {
    return leases().map((client) => client.holder);
  }

  function announceReady(port: number): void {
    for (const client of clients) {
      if (!client.isAwaitingReady) continue;
      client.isAwaitingReady = false;
      send(client.socket, {
        kind: "ready",
        port,
        version: options.binaries.version,
        startedNow: !isAnnounced,
      });
      isAnnounced = true;
    }
  }

  function announceFailure(error: unknown): void {
    const obstacle = error instanceof LocalServerError ? error.code : "start-failed";
    const message = error instanceof Error ? error.message : String(error);
    dropEverybody();
    for (const client of clients) {
      if (!client.isAwaitingReady) continue;
      client.isAwaitingReady = false;
      send(client.socket, { kind: "failed", obstacle, message });
    }
  }

  function dropEverybody(): void {
    isHeld = false;
    for (const client of clients) client.isLease = false;
  }

  function answerStop(client: Client): void {
    client.isAwaitingStop = false;
    send(client.socket, { kind: "stopped", held: isHeld, inUseBy: holders() });
  }

  function answerStatus(client: Client): void {
    client.isAwaitingStatus = false;
    send(client.socket, {
      kind: "status",
      port: supervisor.port,
      version: options.binaries.version,
      held: isHeld,
      inUseBy: holders(),
    });
  }

  function accept(socket: Socket): void {
    const challenge = createChallenge();
    let client: Client | undefined;
    socket.on("error", () => {});
    socket.once("close", () => {
      if (client === undefined) return;
      clients.delete(client);
      supervisor.wake();
      endIfDone();
    });
    receive<ClientMessage>(socket, (message) => {
      if (client !== undefined) {
        serve(client, message);
      } else if (message.kind === "hello" && isProof(options.token, "client", challenge, message.proof)) {
        client = {
          socket,
          holder: message.holder,
          isLease: false,
          isAwaitingReady: false,
          isAwaitingStop: false,
          isAwaitingStatus: false,
        };
        clients.add(client);
        clearTimeout(firstClientTimer);
        send(socket, { kind: "welcome", proof: prove(options.token, "keeper", message.challenge) });
      } else {
        socket.destroy();
      }
    });
    send(socket, { kind: "challenge", challenge });
  }

  function serve(client: Client, message: ClientMessage): void {
    switch (message.kind) {
      case "lease":
      case "hold":
        if (message.kind === "lease") client.isLease = true;
        else isHeld = true;
        client.isAwaitingReady = true;
        if (supervisor.port !== undefined) announceReady(supervisor.port);
        supervisor.wake();
        return;
      case "release":
        client.isLease = false;
        answerWhenSettled(client);
        return;
      case "stop":
        if (message.force) dropEverybody();
        isHeld = false;
        answerWhenSettled(client);
        return;
      case "status":
        client.isAwaitingStatus = true;
        supervisor.wake();
        return;
      case "hello":
        client.socket.destroy();
    }
  }

  function answerWhenSettled(client: Client): void {
    client.isAwaitingStop = true;
    supervisor.wake();
  }

  function endIfDone(): void {
    if (isEnding || isHeld || leases().length > 0 || !supervisor.isSettled || supervisor.port !== undefined)
      return;
    isEnding = true;
    server?.close();
    for (const client of clients) client.socket.end();
    options.onDone();
  }

  return {
    shutDown() {
      dropEverybody();
      supervisor.wake();
    },
  };
}
