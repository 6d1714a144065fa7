// A data folder of its own for one test, commands that use it, and a look at the processes that do.
// Whatever the test did, disposing of it leaves neither process nor file.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { stopLocalServer } from "../local-server-control.ts";

export interface Scratch extends AsyncDisposable {
  /** A folder only this account can enter; for root that means only root. */
  readonly root: string;
  readonly dataRoot: string;
  startCommand(options?: CommandOptions): Promise<CommandUnderTest>;
  /** Every process with the folder on its command line, but for the commands started here. */
  serverProcesses(): readonly ProcessLine[];
  waitForNoServer(): Promise<void>;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CommandUnderTest {
  readonly url: string;
  readonly source: string;
  kill(): Promise<void>;
  end(): Promise<void>;
}

export interface ProcessLine {
  readonly pid: number;
  readonly command: string;
}

export function createScratch(): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "local-server-")));
  const dataRoot = join(root, ".data");
  const children = new Set<ChildProcess>();

  const serverProcesses = (): readonly ProcessLine[] => {
    const own = new Set([...children].map(({ pid }) => pid));
    return processesNaming(root).filter(({ pid }) => !own.has(pid));
  };

  const waitForNoServer = async (): Promise<void> => {
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (serverProcesses().length === 0) return;
      await sleep(50);
    }
    const left = serverProcesses().map(({ pid, command }) => `${pid} ${command}`);
    throw new Error(`processes are left:\n${left.join("\n")}`);
  };

  return {
    root,
    dataRoot,
    serverProcesses,
    waitForNoServer,
    startCommand: (options = {}) => startCommand(dataRoot, children, options),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill("SIGKILL");
      await stopLocalServer({ dataRoot, force: true });
      await waitForNoServer();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function startCommand(
  dataRoot: string,
  children: Set<ChildProcess>,
  options: CommandOptions,
): Promise<CommandUnderTest> {
  const { uid, gid, env = {} } = options;
  const child = spawn(process.execPath, [join(import.meta.dirname, "command.ts"), dataRoot], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  children.add(child);
  const exited = once(child, "exit");
  await once(child, "spawn");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
  for await (const line of createInterface({ input: child.stdout })) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- command.ts prints exactly this
    const said = JSON.parse(line) as { readonly url: string; readonly source: string };
    return {
      ...said,
      async kill() {
        child.kill("SIGKILL");
        await exited;
      },
      async end() {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error(complaint);
}

function processesNaming(text: string): readonly ProcessLine[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,args=", "-ww"], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, "") }));
}

export async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whether any account may enter the folder: a child of another account must be able to load this checkout. */
export function isOpenToAll(folder: string): boolean {
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (dirname(path) === path) return true;
  }
}

/** The one process among them whose command line holds `part`. */
export function pidOf(processes: readonly ProcessLine[], part: string): number {
  const found = processes.filter(({ command }) => command.includes(part));
  const [only] = found;
  if (found.length !== 1 || only === undefined) {
    throw new Error(`expected one process with "${part}", found ${JSON.stringify(processes)}`);
  }
  return only.pid;
}
