// Whether Docker is reachable, and an image pulled where it is not here yet. Starts no container.
// Invariant: an image that is here is used as it is; a registry is asked only for one that is not.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../embedded/instance.ts";

const reachMilliseconds = 5000;
const pullMilliseconds = 10 * 60_000;

const unreachable = "Docker is not reachable";

/** Asks no registry. @returns undefined when Docker answers, else the reason in a few words */
export async function whyNoDocker(env: Environment): Promise<string | undefined> {
  if (!mayHaveDocker(env)) return unreachable;
  // Loading testcontainers takes half a second: only where there is a sign of Docker.
  const { getContainerRuntimeClient } = await import("testcontainers");
  const client = await within(reachMilliseconds, getContainerRuntimeClient());
  return client.outcome === "done" ? undefined : unreachable;
}

/** Pulls an image that is not here. @returns undefined when a container of it can be made, else why not, in a few words */
export async function whyNoImage(
  image: string,
  onProgress: (text: string) => void,
): Promise<string | undefined> {
  const { getContainerRuntimeClient, ImageName } = await import("testcontainers");
  const client = await within(reachMilliseconds, getContainerRuntimeClient());
  if (client.outcome !== "done") return unreachable;
  const { image: images } = client.value;
  const name = ImageName.fromString(image);
  const present = await within(reachMilliseconds, images.exists(name));
  if (present.outcome !== "done") return unreachable;
  if (present.value) return undefined;
  onProgress(`pulling ${image}; TEST_EDITIONS=postgres leaves it out`);
  const pulled = await within(pullMilliseconds, images.pull(name));
  if (pulled.outcome === "late") return `image ${image} is not here, and pulling it took over ten minutes`;
  const arrived = await within(reachMilliseconds, images.exists(name));
  if (arrived.outcome === "done" && arrived.value) return undefined;
  const cause = pulled.outcome === "failed" ? ` (${firstLine(pulled.error)})` : "";
  return `image ${image} is not here and cannot be pulled${cause}`;
}

function mayHaveDocker(env: Environment): boolean {
  if (env["DOCKER_HOST"] !== undefined || env["TESTCONTAINERS_HOST_OVERRIDE"] !== undefined) return true;
  if (process.platform === "win32") return true;
  const home = homedir();
  const runtime = env["XDG_RUNTIME_DIR"];
  const signs = [
    "/var/run/docker.sock",
    join(home, ".testcontainers.properties"),
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    join(home, ".colima/default/docker.sock"),
    ...(runtime === undefined
      ? []
      : [join(runtime, "docker.sock"), join(runtime, ".docker/run/docker.sock")]),
  ];
  return signs.some((path) => existsSync(path));
}

type Outcome<Value> =
  | { readonly outcome: "done"; readonly value: Value }
  | { readonly outcome: "failed"; readonly error: unknown }
  | { readonly outcome: "late" };

async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Outcome<Value>> {
  const deadline = new AbortController();
  const late = async (): Promise<Outcome<Value>> => {
    await sleep(milliseconds, undefined, { signal: deadline.signal });
    return { outcome: "late" };
  };
  const settled = async (): Promise<Outcome<Value>> => {
    try {
      return { outcome: "done", value: await work };
    } catch (error) {
      return { outcome: "failed", error };
    }
  };
  const lateOrAborted = late().catch((): Outcome<Value> => ({ outcome: "late" }));
  const first = await Promise.race([settled(), lateOrAborted]);
  deadline.abort();
  return first;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]?.trim() ?? text;
}
