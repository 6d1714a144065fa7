// One place where a server may be: host and port. Not whether one is there, and not the login.
// Invariant: its text is safe to show, and unambiguous for IPv6 addresses and Unix sockets.

/** Host name, address or directory of a Unix socket, with the port. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** For messages: `db.example:5432`, `[::1]:5432`, or the path of a Unix socket. */
export function describeHost({ host, port }: HostAddress): string {
  if (host.startsWith("/")) return `${host}/.s.PGSQL.${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** As it stands in a connection URL; differs from {@link describeHost} for Unix sockets only. */
export function hostInUrl(address: HostAddress): string {
  return address.host.startsWith("/")
    ? `${encodeURIComponent(address.host)}:${address.port}`
    : describeHost(address);
}
