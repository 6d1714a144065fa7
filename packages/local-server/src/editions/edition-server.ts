// Brings up a server of one edition from where it comes from, for the time of a test run.
import { ensureLocalServer } from "../ensure-local-server.ts";
import type { EditionSource } from "./edition-source.ts";
import type { ServerUse } from "./timescale-container.ts";
import { describeIdentity, identifyServer, whyNotServedBy } from "./identify-server.ts";

export interface EditionServer {
  readonly url: string;
  readonly superuserUrl: string;
  /** For people, for example "PostgreSQL 18.6, TimescaleDB 2.29.2". */
  readonly version: string;
  stop(this: void): Promise<void>;
}

/**
 * An image that is not here is pulled first, which may take minutes and is told through `onProgress`.
 * @param use what a container is for; the embedded server is that of tests, and one that was named is as it is
 * @throws when it cannot be had, does not come up, or turns out to be of another edition.
 */
export async function startEditionServer(
  source: EditionSource,
  use: ServerUse,
  onProgress: (text: string) => void,
): Promise<EditionServer> {
  const addresses = await startFrom(source, use, onProgress);
  try {
    const identity = await identifyServer(addresses.superuserUrl);
    const mismatch = whyNotServedBy(source.edition, identity);
    if (mismatch !== undefined) throw new Error(`not a server of edition ${source.edition}: ${mismatch}`);
    return { ...addresses, version: describeIdentity(identity) };
  } catch (error) {
    await addresses.stop();
    throw error;
  }
}

async function startFrom(
  source: EditionSource,
  use: ServerUse,
  onProgress: (text: string) => void,
): Promise<Omit<EditionServer, "version">> {
  if (source.kind === "url") return { url: source.url, superuserUrl: source.url, stop: async () => {} };
  if (source.kind === "docker") {
    const { whyNoImage } = await import("./docker-image.ts");
    const reason = await whyNoImage(source.image, onProgress);
    if (reason !== undefined) throw new Error(reason);
    const { startTimescaleContainer } = await import("./timescale-container.ts");
    return startTimescaleContainer(source.image, use);
  }
  const { url, superuserUrl, release } = await ensureLocalServer({ kind: "test" });
  return { url, superuserUrl, stop: release };
}
