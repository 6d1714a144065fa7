// The secret that lets a process speak to an instance's keeper: a file only its owner can read.
// Made by whichever command comes first; it outlives servers, so that there is never a moment without one.
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Instance } from "../embedded/instance.ts";
import { handOver, type Account } from "../embedded/server-account.ts";
import { systemErrorCode } from "../local-server-error.ts";

/** Reads the token, or makes it. Of two commands at once, both end up with the same. */
export function ensureToken(instance: Instance, fileOwner: () => Account | undefined): string {
  const existing = readToken(instance);
  if (existing !== undefined) return existing;
  const draft = `${instance.tokenFile}.${process.pid}`;
  writeFileSync(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
  handOver(draft, fileOwner());
  try {
    // Unlike a rename, a link does not replace: the first one wins.
    linkSync(draft, instance.tokenFile);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(instance.tokenFile, "utf8");
}

export function readToken(instance: Instance): string | undefined {
  try {
    return readFileSync(instance.tokenFile, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}
