// The options of every command that takes the migration lock: how long to wait, how often to try.

import type { RunPatience } from "@app/migrator";
import { type Command, InvalidArgumentError } from "commander";

export interface PatienceOptions {
  readonly lockWait: number;
  readonly lockTimeout: number;
  readonly attempts: number;
}

/** Adds them to a command. The defaults are the migrator's own, repeated here because loading it costs time; a test compares them. */
export function addPatienceOptions(command: Command): Command {
  return command
    .option("--lock-wait <seconds>", "how long to wait for another migrate to finish", parseSeconds, 300)
    .option("--lock-timeout <seconds>", "how long one attempt may wait for a table's lock", parseSeconds, 3)
    .option("--attempts <count>", "how often to try for a table's lock", parseCount, 10);
}

export function patienceOf(options: PatienceOptions): Partial<RunPatience> {
  return {
    lockWaitMs: options.lockWait * 1000,
    lockTimeoutMs: options.lockTimeout * 1000,
    attempts: options.attempts,
  };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/u.test(text) || seconds > 86_400) {
    throw new InvalidArgumentError("Give a number of seconds, up to 86400.");
  }
  return seconds;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/u.test(text) || count < 1 || count > 1000) {
    throw new InvalidArgumentError("Give a whole number from 1 to 1000.");
  }
  return count;
}
