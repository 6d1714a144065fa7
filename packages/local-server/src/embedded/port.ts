// Chooses the loopback port of a server. Invariant: prefers the last one, so that a URL stays good between starts.
import { createHash, randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the range the kernel hands out for outgoing connections, so a port stays free while the server is down.
const firstPort = 15_432;
const portCount = 10_000;

/** `previous` when it is free; else one derived from the instance's path; else any free one. */
export async function choosePort(previous: number | undefined, directory: string): Promise<number> {
  const derived = firstPort + (createHash("sha256").update(directory).digest().readUInt32BE(0) % portCount);
  return chooseFreePort([...(previous === undefined ? [] : [previous]), derived]);
}

/** The first of the wanted ones that is free, else any. */
export async function chooseFreePort(wanted: readonly number[] = []): Promise<number> {
  const candidates = [...wanted];
  for (let extra = 0; extra < 20; extra += 1) candidates.push(firstPort + randomInt(portCount));
  for (const candidate of candidates) {
    // One after the other on purpose: the first free one is wanted.
    if (await isFree(candidate)) return candidate;
  }
  return anyFreePort();
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

async function anyFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error("no free port on 127.0.0.1");
  return port;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once("error", () => resolve(undefined));
  server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
  });
  return promise;
}
