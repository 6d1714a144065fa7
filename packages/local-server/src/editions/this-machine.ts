// Whether a host name or address means this machine. Asks no name server.
import { networkInterfaces } from "node:os";

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Docker's bridge gives this machine an address of its own (172.17.0.1), and that is what is named as the engine's host
 * where a process takes itself to be in a container.
 */
export function isThisMachine(host: string): boolean {
  if (loopbackNames.has(host)) return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === host),
  );
}
