// The one place in the system where the keeper of an instance can be met; holding it is the mutual exclusion.
// Linux: an abstract socket, which the kernel frees with its process. Windows: a named pipe. Elsewhere: a socket file.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The address for `node:net`. The instance's directory must exist. */
export function rendezvousAddress(directory: string): string {
  const name = `trading-local-server-${createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 24)}`;
  if (process.platform === "linux") return `\0${name}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  // The path of a socket is limited to 104 bytes, too few for a folder deep in a checkout.
  return join(tmpdir(), `${name}.sock`);
}

/** Whether a dead process leaves its address behind as a file. */
export const leavesSocketFile = process.platform !== "linux" && process.platform !== "win32";
