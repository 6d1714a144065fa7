// A sign of life in the data folder, for keepers that cannot meet: in another container, or on another machine that
// mounts the same folder. There neither the rendezvous nor a process number means anything, and two servers on one
// cluster would destroy it. Needs no clock in common: what counts is whether the sign changes while one watches.
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../embedded/instance.ts";
import { handOver, type Account } from "../embedded/server-account.ts";
import { LocalServerError } from "../local-server-error.ts";

export interface Presence {
  /** Takes the sign away. */
  end(): void;
}

const beatMilliseconds = 1000;
const watchMilliseconds = 3500;

/**
 * Gives signs of life from now on. Returns at once unless somebody out of reach left one; then it watches for a while.
 * @throws LocalServerError when a keeper in another container or on another machine is alive.
 */
export async function announcePresence(
  instance: Instance,
  fileOwner: Account | undefined,
  onWatching: (text: string) => void,
): Promise<Presence> {
  const here = placeOfThisProcess();
  const found = readSign(instance);
  if (found !== undefined && !found.startsWith(`${here} `)) {
    onWatching("waiting to see whether the server of another container is alive");
    await sleep(watchMilliseconds);
    const now = readSign(instance);
    if (now !== undefined && now !== found) {
      throw new LocalServerError(
        "in-use-elsewhere",
        `The server on ${instance.directory} runs in another container or on another machine (${now.split(" ")[0]}): end the command or "pnpm db:stop" there, or set LOCAL_DATA_DIRECTORY or DATABASE_URL here.`,
      );
    }
  }
  const beat = (): void => writeSign(instance, `${here} ${randomUUID()}`, fileOwner);
  beat();
  const timer = setInterval(beat, beatMilliseconds);
  timer.unref();
  return {
    end() {
      clearInterval(timer);
      rmSync(instance.presenceFile, { force: true });
    },
  };
}

// Two processes of one place can meet at the rendezvous. No spaces in it: they separate it from the beat.
function placeOfThisProcess(): string {
  const namespaces = ["/proc/self/ns/pid", "/proc/self/ns/net"].map((link) => {
    try {
      return readlinkSync(link);
    } catch {
      return "-";
    }
  });
  return [hostname(), ...namespaces].join("/").replaceAll(" ", "_");
}

function readSign(instance: Instance): string | undefined {
  try {
    return readFileSync(instance.presenceFile, "utf8");
  } catch {
    return undefined;
  }
}

function writeSign(instance: Instance, sign: string, fileOwner: Account | undefined): void {
  const draft = `${instance.presenceFile}.draft`;
  try {
    writeFileSync(draft, sign, { mode: 0o600 });
    handOver(draft, fileOwner);
    renameSync(draft, instance.presenceFile);
  } catch {
    // A full disk, or a folder that was removed under us: the server itself will say so.
  }
}
