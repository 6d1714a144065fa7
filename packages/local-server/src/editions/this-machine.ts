// Whether a host name or address means this machine. Asks no name server.
import { createServer, isIP } from "node:net";

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Docker's bridge gives this machine an address of its own (172.17.0.1), and that is what is named as the engine's host
 * where a process takes itself to be in a container. Only a machine's own address can be listened on; the list of its interfaces
 * leaves the bridge out while no container is on it.
 */
export async function isThisMachine(host: string): Promise<boolean> {
  if (loopbackNames.has(host)) return true;
  if (isIP(host) === 0) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => resolve(false));
  server.listen({ host, port: 0, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
