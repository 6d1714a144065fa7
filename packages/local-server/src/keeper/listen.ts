// Takes an address to itself, or finds it taken. On an address that is a file it tells a living owner from a dead one's
// remains. Invariant: two processes never both believe they hold the address.
import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemErrorCode } from "../local-server-error.ts";

/** @returns undefined when a living process holds the address. */
export async function listenAlone(
  address: string,
  onConnection: (socket: Socket) => void,
): Promise<Server | undefined> {
  return address.startsWith("/") ? listenOnFile(address, onConnection) : listen(address, onConnection);
}

async function listen(address: string, onConnection: (socket: Socket) => void): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  const server = createServer(onConnection);
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(undefined);
    else reject(error);
  });
  server.listen(address, () => resolve(server));
  return promise;
}

// Listens under a name of its own and links that to the address, which, unlike listening, can be done over the remains
// of a dead process without a moment in which closing one server takes away another's file.
async function listenOnFile(
  path: string,
  onConnection: (socket: Socket) => void,
): Promise<Server | undefined> {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  const server = await listen(draft, onConnection);
  if (server === undefined) return undefined;
  try {
    // Root and the checkout's owner may share a server; the token is what keeps strangers out.
    chmodSync(draft, 0o666);
    const own = inode(draft);
    const found = inode(path);
    if (found !== undefined) {
      if (await isAnswered(path)) return giveUp(server);
      // Somebody faster may have put his own there in the meantime.
      if (inode(path) === found) rmSync(path, { force: true });
    }
    if (!linkUnlessTaken(draft, path)) return giveUp(server);
    // Somebody who judged the same remains may still remove ours; the last file counts, for everybody.
    if (found !== undefined) await sleep(100);
    return inode(path) === own ? server : giveUp(server);
  } finally {
    rmSync(draft, { force: true });
  }
}

function linkUnlessTaken(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function giveUp(server: Server): undefined {
  server.close();
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once("connect", () => resolve(true));
  socket.once("error", (error: NodeJS.ErrnoException) => {
    resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
  });
  const answered = await promise;
  socket.destroy();
  return answered;
}
