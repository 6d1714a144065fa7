// Decides which account runs the server, and how a program is started as that account.
// PostgreSQL refuses to run as root; so root runs it as the owner of the repository folder, or as `nobody`.
// Invariant: the files of an instance belong to the repository's owner, the data directory to the server's account.
import { chownSync, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerAccount {
  /** Whom to hand files to that root creates; undefined when there is nothing to hand over. */
  readonly fileOwner: Account | undefined;
  /** Who owns the data directory and runs the server; undefined means: whoever we are. */
  readonly server: Account | undefined;
  /** How to start `program` as the server's account. */
  launch(program: string, args: readonly string[]): Launch;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Inspects who we are and what the machine offers. `ownerReference` is the folder whose owner counts. */
export function decideServerAccount(ownerReference: string): ServerAccount {
  const setpriv = findSetpriv();
  if (process.getuid?.() !== 0) {
    return { fileOwner: undefined, server: undefined, launch: (p, a) => launchAsSelf(setpriv, p, a) };
  }
  const owner = statSync(ownerReference);
  const ownerGroup = primaryGroup(owner.uid);
  // initdb refuses an account without a name: the owner of a folder mounted into a container often has none.
  const isNobodys = owner.uid === 0 || ownerGroup === undefined;
  const server = isNobodys ? accountOfNobody() : { uid: owner.uid, gid: ownerGroup };
  return {
    fileOwner: owner.uid === 0 ? undefined : { uid: owner.uid, gid: ownerGroup ?? owner.gid },
    server,
    launch: (program, args) => launchAs(server, setpriv, program, args),
  };
}

/** Hands a file that root made to the account that should own it. Does nothing where there is none. */
export function handOver(path: string, account: Account | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

// SIGINT is PostgreSQL's fast shutdown: should the keeper be killed, the kernel asks the server to stop.
const dieWithParent = ["--pdeathsig", "INT"];

function launchAsSelf(setpriv: string | undefined, program: string, args: readonly string[]): Launch {
  if (setpriv === undefined) return { command: program, args };
  return { command: setpriv, args: [...dieWithParent, program, ...args] };
}

function launchAs(
  account: Account,
  setpriv: string | undefined,
  program: string,
  args: readonly string[],
): Launch {
  if (setpriv === undefined) return { command: program, args, uid: account.uid, gid: account.gid };
  const identity = ["--reuid", String(account.uid), "--regid", String(account.gid), "--clear-groups"];
  // The checkout may lie where only root can enter (0700). no_setuid_fixup: access(2) drops capabilities of
  // ordinary users otherwise, and PostgreSQL asks access(2) whether its own program may be run.
  const enterAnyFolder = [
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
  ];
  return { command: setpriv, args: [...identity, ...enterAnyFolder, ...dieWithParent, program, ...args] };
}

function findSetpriv(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/bin"];
  const path = directories
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, "setpriv"))
    .find((candidate) => existsSync(candidate));
  // BusyBox's applet of that name knows none of the options used here.
  return path === undefined || basename(realpathSync(path)) === "busybox" ? undefined : path;
}

function accountOfNobody(): Account {
  const entry = passwdEntries().find((fields) => fields[0] === "nobody");
  return { uid: Number(entry?.[2] ?? 65534), gid: Number(entry?.[3] ?? 65534) };
}

function primaryGroup(uid: number): number | undefined {
  const entry = passwdEntries().find((fields) => fields[2] === String(uid));
  return entry?.[3] === undefined ? undefined : Number(entry[3]);
}

function passwdEntries(): readonly (readonly string[])[] {
  if (!existsSync("/etc/passwd")) return [];
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
}
