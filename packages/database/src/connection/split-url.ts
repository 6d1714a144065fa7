// Takes a postgresql:// URL apart by hand, into decoded text. Not its meaning (parse-connection.ts).
// By hand, because a general URL parser puts the whole URL, password included, into its errors, and lets a mistyped
// password spill into the host, path or query. Invariant: no message repeats any part of the URL.

import { InvalidInputError } from "../errors/database-error.ts";

/** Host and port as they were written; either may be left out. */
export interface HostPart {
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** The decoded parts of a connection URL; a part that is not there is undefined. */
export interface UrlParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** One for each place between commas; none when the URL leaves the host out. */
  readonly hosts: readonly HostPart[];
  readonly database: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

const example = "postgresql://user:password@host:5432/database";

function decode(text: string, part: string, label: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new InvalidInputError(
      `The ${part} in ${label} has a % that does not begin a valid escape; write a literal % as %25.`,
    );
  }
  if (decoded.includes("\0") || !decoded.isWellFormed()) {
    throw new InvalidInputError(`The ${part} in ${label} has a character that PostgreSQL cannot store.`);
  }
  return decoded;
}

function decodePart(text: string | undefined, part: string, label: string): string | undefined {
  return text === undefined || text === "" ? undefined : decode(text, part, label);
}

function splitHosts(text: string, label: string): readonly HostPart[] {
  return text === "" ? [] : text.split(",").map((part) => splitHost(part, label));
}

function splitHost(hostAndPort: string, label: string): HostPart {
  const match = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>[^:]*))?$/u.exec(hostAndPort);
  if (match?.groups === undefined) {
    throw new InvalidInputError(
      `The host in ${label} cannot be read; write it as host:port, and an IPv6 address in brackets: [::1]:5432.`,
    );
  }
  const { address, name, port } = match.groups;
  return {
    host: decodePart(address ?? name, "host", label),
    port: port === undefined || port === "" ? undefined : port,
  };
}

function splitParameters(query: string, label: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    if (equals < 1)
      throw new InvalidInputError(`A parameter after the ? in ${label} is not of the form name=value.`);
    const name = decode(pair.slice(0, equals), "parameter name", label);
    if (parameters.has(name))
      throw new InvalidInputError(`${label} gives the same parameter twice after the ?.`);
    parameters.set(name, decode(pair.slice(equals + 1), "parameter value", label));
  }
  return parameters;
}

/**
 * Splits and decodes a connection URL.
 * @throws {InvalidInputError} one sentence that says what is wrong, without repeating the URL.
 */
export function splitUrl(url: string, label: string): UrlParts {
  const scheme = /^postgres(?:ql)?:\/\//u.exec(url)?.[0];
  if (scheme === undefined) {
    throw new InvalidInputError(`${label} must begin with postgresql:// or postgres://, like ${example}.`);
  }
  const rest = url.slice(scheme.length);
  if (/[\s#]/u.test(rest)) {
    throw new InvalidInputError(`${label} has a space or a #; inside a password write them as %20 and %23.`);
  }
  const authorityLength = /[/?]/u.exec(rest)?.index ?? rest.length;
  const authority = rest.slice(0, authorityLength);
  const tail = rest.slice(authorityLength);
  if (tail.includes("@")) {
    throw new InvalidInputError(
      `${label} has an @ after the host; inside a user name or password write / as %2F, ? as %3F and @ as %40.`,
    );
  }
  const at = authority.lastIndexOf("@");
  const login = at === -1 ? "" : authority.slice(0, at);
  const colon = login.indexOf(":");
  const question = tail.indexOf("?");
  const path = question === -1 ? tail : tail.slice(0, question);
  if (path.indexOf("/", 1) !== -1) {
    throw new InvalidInputError(
      `${label} has more than one name after the host; write a / in a name as %2F.`,
    );
  }
  return {
    user: decodePart(colon === -1 ? login : login.slice(0, colon), "user name", label),
    password: decodePart(colon === -1 ? undefined : login.slice(colon + 1), "password", label),
    hosts: splitHosts(authority.slice(at + 1), label),
    database: decodePart(path.slice(1), "database name", label),
    parameters: splitParameters(question === -1 ? "" : tail.slice(question + 1), label),
  };
}
