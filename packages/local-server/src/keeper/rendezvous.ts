// The one place in the system where the keeper of an instance can be met; holding it is the mutual exclusion.
// Linux: an abstract socket, which the kernel frees with its process. Windows: a named pipe. Elsewhere: a socket file.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";

/** The address for `node:net`. The instance's directory must exist. */
export function rendezvousAddress(directory: string): string {
  const name = `trading-local-server-${createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 24)}`;
  if (process.platform === "linux") return `\0${name}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  // Not in the data folder: the path of a socket is limited to 104 bytes. Not in tmpdir(): root's is another.
  return `/tmp/${name}.sock`;
}
