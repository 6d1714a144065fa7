// A TimescaleDB server in a container of its own, for as long as this process lives.
// Invariant: the container ends with its owner, however that ends; no helper container is needed for it.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { accountSql, createCredentials, databaseName } from "../embedded/credentials.ts";
import { chooseFreePort } from "../embedded/port.ts";
import { startLoopbackForward } from "./loopback-forward.ts";
import { measuredSettings } from "./measured-settings.ts";
import { isThisMachine } from "./this-machine.ts";

export interface ContainerServer {
  readonly url: string;
  readonly superuserUrl: string;
  stop(this: void): Promise<void>;
}

const settingsOfAll: Readonly<Record<string, string>> = {
  max_locks_per_transaction: "1024",
  max_connections: "200",
  // Each database with the extension has a scheduler, and each of its jobs a worker.
  max_worker_processes: "64",
  "timescaledb.max_background_workers": "48",
  "timescaledb.telemetry_level": "off",
  timezone: "UTC",
};

/** Nothing in it outlives the run. */
const settingsOfTests: Readonly<Record<string, string>> = {
  shared_buffers: "256MB",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
};

// Ends when its standard input does, which the daemon closes with the connection of the process that owns it.
// The loop is for the time of the image's own set-up: its script ignores the signal. A backend that hears no interrupt
// (one was seen in an endless MERGE) is ended the hard way after ten seconds.
const endWithOwner =
  "cat > /dev/null; n=0; while kill -INT 1; do sleep 0.2; n=$((n + 1)); [ $n -lt 50 ] || kill -QUIT 1; done";

/** What a server is for: one that is measured is durable, and has its share of the machine. */
export type ServerUse = "tests" | "benchmarks";

/** Whether the container has this machine's network, or one of its own whose port is published. */
type Network = "shared" | { readonly publishedOnLoopback: boolean };

/**
 * Starts a container of an image that is here already: in the network of this machine, on a loopback port, where the engine is in
 * that network. A published port is served by a process of Docker's that copies every byte: on 2 cores SELECT 1 took 260 us through it, and 110
 * without.
 * @throws when it does not come up.
 */
export async function startTimescaleContainer(image: string, use: ServerUse): Promise<ContainerServer> {
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { container, info } = await getContainerRuntimeClient();
  const isLocal = await isThisMachine(info.containerRuntime.host);
  const published = { publishedOnLoopback: isLocal };
  const isShared = isLocal && sharesNetwork(await container.dockerode.info());
  if (!isShared) return startIn(published, image, use);
  try {
    return await startIn("shared", image, use);
  } catch (refusal) {
    // An engine may forbid it, or the port have been taken meanwhile.
    try {
      return await startIn(published, image, use);
    } catch (error) {
      const reason = `in this machine's network: ${String(refusal)}; on a published port: ${String(error)}`;
      throw new Error(`The server of ${image} did not come up, ${reason}`, { cause: error });
    }
  }
}

/** Docker Desktop runs in a machine of its own, an engine without root in a network of its own. */
function sharesNetwork(engine: unknown): boolean {
  const { OperatingSystem: system, SecurityOptions: security } = Object(engine);
  const isRootless =
    Array.isArray(security) && security.some((option) => String(option).includes("name=rootless"));
  return process.platform === "linux" && system !== "Docker Desktop" && !isRootless;
}

async function startIn(network: Network, image: string, use: ServerUse): Promise<ContainerServer> {
  const { GenericContainer, getContainerRuntimeClient, PullPolicy, Wait } = await import("testcontainers");
  const runtime = await getContainerRuntimeClient();
  const port = network === "shared" ? await chooseFreePort() : undefined;
  const settings = {
    ...settingsOfAll,
    ...(use === "benchmarks" ? measuredSettings() : settingsOfTests),
    ...(port === undefined ? {} : { listen_addresses: "127.0.0.1", port: `${port}` }),
  };
  const ended = new AbortController();

  class TimescaleContainer extends GenericContainer {
    constructor() {
      super(image);
      this.hostConfig.AutoRemove = true;
      if (network === "shared") {
        this.withNetworkMode("host");
        return;
      }
      this.withExposedPorts(5432);
      if (network.publishedOnLoopback) {
        this.hostConfig.PortBindings = { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] };
      }
    }

    protected override async containerStarting(): Promise<void> {
      await tieToThisProcess(this.startedId);
    }

    protected override async containerCreated(id: string): Promise<void> {
      this.startedId = id;
    }

    private startedId = "";
  }

  async function tieToThisProcess(id: string): Promise<void> {
    const watcher = await runtime.container
      .getById(id)
      .exec({ Cmd: ["sh", "-c", endWithOwner], AttachStdin: true, AttachStdout: true, User: "root" });
    const stream = await watcher.start({ hijack: true, stdin: true });
    stream.on("error", () => {});
    // It ends with the container.
    stream.on("close", () => ended.abort());
    stream.resume();
  }

  const superuserPassword = randomBytes(24).toString("hex");
  const container = await new TimescaleContainer()
    .withPullPolicy(PullPolicy.neverPull())
    // The reaper is another image from a registry; `tieToThisProcess` does its work.
    .withAutoCleanup(false)
    .withLabels({ "trading-data-layer": "test-server" })
    .withEnvironment({
      POSTGRES_PASSWORD: superuserPassword,
      // Without it the image trusts whoever connects from its own loopback, which is everybody's in a shared network.
      POSTGRES_INITDB_ARGS: "--auth-host=scram-sha-256",
      NO_TS_TUNE: "true",
      TIMESCALEDB_TELEMETRY: "off",
    })
    .withCommand([
      "postgres",
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ])
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/))
    .withStartupTimeout(120_000)
    .start();
  const reachable = port ?? container.getMappedPort(5432);
  const isElsewhere = network !== "shared" && !network.publishedOnLoopback;
  const forward = isElsewhere ? await startLoopbackForward(container.getHost(), reachable) : undefined;
  const stop = async (): Promise<void> => {
    await forward?.stop();
    // One that ended by itself is removed already.
    await container.stop({ remove: false, timeout: 0 }).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
  };
  try {
    const authority = `127.0.0.1:${forward?.port ?? reachable}`;
    const maintenanceUrl = `postgres://postgres:${superuserPassword}@${authority}/postgres`;
    const password = await createAccount(maintenanceUrl, ended.signal);
    return {
      url: `postgres://app:${password}@${authority}/${databaseName}`,
      superuserUrl: `postgres://postgres:${superuserPassword}@${authority}/${databaseName}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// The same role and database as on the embedded server.
async function createAccount(maintenanceUrl: string, ended: AbortSignal): Promise<string> {
  const { app } = createCredentials();
  const client = await connectWhenReady(maintenanceUrl, ended);
  try {
    for (const statement of accountSql(app)) {
      await client.query(statement);
    }
    return app;
  } finally {
    await client.end();
  }
}

// The image starts a server for its own set-up first, so "ready" in the log is not yet the last word.
async function connectWhenReady(url: string, ended: AbortSignal): Promise<Client> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (attempt === 600 || ended.aborted) throw error;
    }
    await sleep(100);
  }
}
