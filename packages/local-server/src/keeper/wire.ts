// What keeper and clients say to each other: JSON, one message per line, after both proved to know the token.
// The proof is a keyed hash of the other's random challenge, so the token itself is never sent.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import type { LocalServerObstacle } from "../local-server-error.ts";

export interface LeaseHolder {
  readonly pid: number;
  readonly command: string;
}

export type ClientMessage =
  | {
      readonly kind: "hello";
      readonly proof: string;
      readonly challenge: string;
      readonly holder: LeaseHolder;
    }
  /** Keep the server for as long as this connection is open. */
  | { readonly kind: "lease" }
  /** Give the lease back; answered by `stopped` once the server is stopped, or at once when others use it. */
  | { readonly kind: "release" }
  /** Keep the server without a connection, until `stop`. */
  | { readonly kind: "hold" }
  | { readonly kind: "stop"; readonly force: boolean }
  | { readonly kind: "status" };

export type KeeperMessage =
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "welcome"; readonly proof: string }
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly port: number; readonly version: string; readonly startedNow: boolean }
  | { readonly kind: "failed"; readonly obstacle: LocalServerObstacle; readonly message: string }
  /** The answer to `release` and `stop`; the server still runs when it is held or in use. */
  | { readonly kind: "stopped"; readonly held: boolean; readonly inUseBy: readonly LeaseHolder[] }
  | {
      readonly kind: "status";
      readonly port: number | undefined;
      readonly version: string;
      readonly held: boolean;
      readonly inUseBy: readonly LeaseHolder[];
    };

export function createChallenge(): string {
  return randomBytes(16).toString("hex");
}

export function prove(token: string, side: "client" | "keeper", challenge: string): string {
  return createHmac("sha256", token).update(`${side}:${challenge}`).digest("hex");
}

export function isProof(
  token: string,
  side: "client" | "keeper",
  challenge: string,
  proof: unknown,
): boolean {
  if (typeof proof !== "string") return false;
  const expected = Buffer.from(prove(token, side, challenge));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

export function send(socket: Socket, message: ClientMessage | KeeperMessage): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls `onMessage` for each line. A line that is no JSON object, or too long, closes the connection. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names which of the two sides is listening
export function receive<Message extends ClientMessage | KeeperMessage>(
  socket: Socket,
  onMessage: (message: Message) => void,
): void {
  let pending = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    pending += chunk;
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    if (pending.length > 65_536) socket.destroy();
    for (const line of lines) {
      const message = parse(line);
      // A stranger is refused by the proof before anything else of his is read.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this file
      if (typeof message === "object" && message !== null) onMessage(message as Message);
      else socket.destroy();
    }
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
