// Decides whether a connection is encrypted, from sslmode and the host. Only two outcomes exist: off, and verify-full.
// Not the reading of certificate files (parse-connection.ts).
// Invariant: nothing that leaves this machine goes unencrypted or to an unverified server, unless the program allows it in code.

import { InvalidInputError } from "../errors/database-error.ts";

/** `verify-full`: encrypted, certificate chain and host name checked. */
export type TlsMode = "off" | "verify-full";

/** Modes of libpq that promise less than verify-full; each is raised to it. */
const raisedModes: ReadonlySet<string> = new Set(["prefer", "require", "verify-ca", "verify-full"]);

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/iu;

/** True for a host on this machine: loopback addresses, `localhost`, and the directory of a Unix socket. */
export function isLocalHost(host: string): boolean {
  return host.startsWith("/") || loopbackHost.test(host);
}

/**
 * Chooses the TLS mode, one for all hosts: a single one that is not on this machine decides for verify-full.
 * @param sslmode the URL's `sslmode`, undefined when it has none: then off on this machine, verify-full elsewhere
 * @throws {InvalidInputError} for a mode that would not verify the server, and for plain text across a network
 */
export function chooseTlsMode(
  sslmode: string | undefined,
  hosts: readonly string[],
  rules: { readonly label: string; readonly allowPlaintext: boolean },
): TlsMode {
  const remote = hosts.find((host) => !isLocalHost(host));
  if (sslmode === undefined) return remote === undefined ? "off" : "verify-full";
  if (raisedModes.has(sslmode)) return "verify-full";
  if (sslmode === "no-verify") {
    throw new InvalidInputError(
      `${rules.label} has sslmode=no-verify, which accepts any server that answers. Use sslmode=verify-full, with sslrootcert=FILE for a private certificate authority.`,
    );
  }
  if (sslmode !== "disable") {
    throw new InvalidInputError(
      `${rules.label} has an sslmode that is not known. Use sslmode=verify-full, or sslmode=disable for a server on this machine.`,
    );
  }
  if (remote === undefined || rules.allowPlaintext) return "off";
  throw new InvalidInputError(
    `${rules.label} has sslmode=disable for ${remote}, so password and orders would cross the network unencrypted. Use sslmode=verify-full, with sslrootcert=FILE for a private certificate authority.`,
  );
}
