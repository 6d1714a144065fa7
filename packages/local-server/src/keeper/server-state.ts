// What is remembered between two lives of a server: its port. Lost or damaged, it is simply chosen anew.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Instance } from "../embedded/instance.ts";
import { handOver, type Account } from "../embedded/server-account.ts";

export function readLastPort(instance: Instance): number | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(instance.stateFile, "utf8"));
    if (typeof state !== "object" || state === null || !("port" in state)) return undefined;
    const { port } = state;
    return typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

export function writeLastPort(instance: Instance, port: number, fileOwner: Account | undefined): void {
  const draft = `${instance.stateFile}.draft`;
  writeFileSync(draft, `${JSON.stringify({ port })}\n`, { mode: 0o600 });
  handOver(draft, fileOwner);
  renameSync(draft, instance.stateFile);
}
