// Which hosts and ports a connection URL names, before its path or as parameters. Not the splitting of its text (split-url.ts).
// Invariant: at least one host, each with a port that can be; no message repeats what was written.

import { InvalidInputError } from "../errors/database-error.ts";
import type { HostAddress } from "./host-address.ts";
import type { HostPart, UrlParts } from "./split-url.ts";

const defaultPort = 5432;

function parsePort(text: string | undefined, label: string): number {
  if (text === undefined || text === "") return defaultPort;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new InvalidInputError(`The port in ${label} is not a number from 1 to 65535.`);
  }
  return port;
}

/** The hosts as they were written, from whichever of the two places has them. */
function writtenHosts(parts: UrlParts, label: string): readonly HostPart[] {
  const parameter = parts.parameters.get("host");
  if (parameter === undefined) return parts.hosts;
  if (parts.hosts.some(({ host }) => host !== undefined)) {
    throw new InvalidInputError(`${label} gives the host twice: before the path and as a parameter.`);
  }
  return parameter.split(",").map((host, index) => ({ host, port: parts.hosts[index]?.port }));
}

/** The `port` parameter: one for all hosts, or one for each. */
function portParameters(parts: UrlParts, count: number, label: string): readonly (string | undefined)[] {
  const parameter = parts.parameters.get("port");
  if (parameter === undefined) return [];
  if (parts.hosts.some(({ port }) => port !== undefined)) {
    throw new InvalidInputError(`${label} gives the port twice: after the host and as a parameter.`);
  }
  const ports = parameter.split(",");
  if (ports.length === 1) return Array.from({ length: count }, () => parameter);
  if (ports.length === count) return ports;
  throw new InvalidInputError(
    `${label} has ${ports.length} ports for ${count} hosts; give one for all, or one for each.`,
  );
}

/**
 * Reads the hosts of a URL.
 * @throws {InvalidInputError} for a host that is missing or named twice, and for a port that cannot be
 */
export function readHosts(parts: UrlParts, label: string): readonly [HostAddress, ...HostAddress[]] {
  const written = writtenHosts(parts, label);
  const ports = portParameters(parts, written.length, label);
  const [first, ...others] = written.map(({ host, port }, index) => {
    if (host === undefined || host === "") throw noHost(label);
    return { host, port: parsePort(port ?? ports[index], label) };
  });
  if (first === undefined) throw noHost(label);
  return [first, ...others];
}

function noHost(label: string): InvalidInputError {
  return new InvalidInputError(
    `${label} names no host; write it like postgresql://user:password@host:5432/database.`,
  );
}
