// Makes a database cluster, complete with roles and database, or leaves none. Does not start a server.
// Invariant: the cluster directory appears by one rename of a finished one, so a kill at any moment is harmless.
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  statSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LocalServerError } from "../local-server-error.ts";
import type { PostgresBinaries } from "./binaries.ts";
import { accountSql, createCredentials, writeCredentials } from "./credentials.ts";
import type { Instance } from "./instance.ts";
import { endProcessesIn } from "./processes.ts";
import { runProgram } from "./program.ts";
import { handOver, type ServerAccount } from "./server-account.ts";

const partialPrefix = "cluster.partial-";

/**
 * Makes the cluster of `instance` unless it is there. The caller must hold the instance's rendezvous.
 * @returns true when it was made now.
 * @throws LocalServerError when it belongs to another PostgreSQL, or cannot be made.
 */
export async function ensureCluster(
  instance: Instance,
  binaries: PostgresBinaries,
  account: ServerAccount,
): Promise<boolean> {
  await removeHalfMade(instance);
  if (existsSync(instance.clusterDirectory)) {
    takeOwnership(instance, account);
    requireSameVersion(instance, binaries);
    return false;
  }
  const partial = join(instance.directory, `${partialPrefix}${randomBytes(4).toString("hex")}`);
  try {
    await makeCluster(partial, instance, binaries, account);
    renameSync(partial, instance.clusterDirectory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  return true;
}

async function removeHalfMade(instance: Instance): Promise<void> {
  for (const name of readdirSync(instance.directory)) {
    if (!name.startsWith(partialPrefix)) continue;
    const partial = join(instance.directory, name);
    // There is one at most, unless kills came thick and fast.
    await endProcessesIn(partial);
    rmSync(partial, { recursive: true, force: true });
  }
}

// The folder may have changed hands since: chown -R of the checkout, or a first use from inside a container.
function takeOwnership(instance: Instance, account: ServerAccount): void {
  const { dataDirectory } = instance;
  const wanted = account.server ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const found = statSync(dataDirectory);
  if (process.platform === "win32" || found.uid === wanted.uid) return;
  if (account.server === undefined) {
    throw new LocalServerError(
      "privileges",
      `${dataDirectory} belongs to another account (number ${found.uid}), and PostgreSQL uses only its own: run "chown -R ${wanted.uid} ${instance.directory}" as root, or set LOCAL_DATA_DIRECTORY to a folder of your own, or DATABASE_URL to a server.`,
    );
  }
  handOver(dataDirectory, wanted);
  for (const path of readdirSync(dataDirectory, { recursive: true, encoding: "utf8" })) {
    lchownSync(join(dataDirectory, path), wanted.uid, wanted.gid);
  }
}

function requireSameVersion(instance: Instance, binaries: PostgresBinaries): void {
  const versionFile = join(instance.dataDirectory, "PG_VERSION");
  const found = existsSync(versionFile) ? readFileSync(versionFile, "utf8").trim() : "unknown";
  if (found !== String(binaries.majorVersion)) {
    throw new LocalServerError(
      "foreign-data",
      `${instance.dataDirectory} holds data of PostgreSQL ${found}, and the embedded server is PostgreSQL ${binaries.majorVersion}: move ${instance.directory} away to begin anew (its data can be dumped with a PostgreSQL ${found} server), or set DATABASE_URL.`,
    );
  }
}

async function makeCluster(
  partial: string,
  instance: Instance,
  binaries: PostgresBinaries,
  account: ServerAccount,
): Promise<void> {
  const data = join(partial, "data");
  mkdirSync(partial, { mode: 0o711 });
  mkdirSync(data, { mode: 0o700 });
  handOver(partial, account.fileOwner);
  handOver(data, account.server);

  const credentials = createCredentials();
  const credentialsFile = join(partial, "credentials.json");
  writeCredentials(credentialsFile, credentials);
  handOver(credentialsFile, account.fileOwner);

  const passwordFile = join(partial, "superuser-password");
  writeFileSync(passwordFile, `${credentials.postgres}\n`, { mode: 0o600 });
  handOver(passwordFile, account.server);
  await require("initdb", runProgram(
    account.launch(binaries.initdb, initdbArguments(data, passwordFile, instance.kind === "test")),
  ), instance);
  rmSync(passwordFile);

  // Single-user mode: no port, no password on a command line, and done before anybody can connect.
  await require("creating the database", runProgram(
    account.launch(binaries.postgres, ["--single", "-D", data, "template1"]),
    `${accountSql(credentials.app).join("\n")}\n`,
  ), instance);
}

function initdbArguments(data: string, passwordFile: string, disposable: boolean): readonly string[] {
  // The builtin locale provider sorts the same on every machine, whatever locales it has.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["-U", "postgres", "-A", "scram-sha-256", "--pwfile", passwordFile];
  return ["-D", data, ...access, ...locale, ...(disposable ? ["--no-sync"] : [])];
}

async function require(
  step: string,
  running: ReturnType<typeof runProgram>,
  instance: Instance,
): Promise<void> {
  const { exitCode, output } = await running.catch((error: unknown) => {
    throw new LocalServerError("start-failed", `${step} could not be run: ${String(error)}`, {
      cause: error,
    });
  });
  // Single-user mode reports a failed statement and goes on, with exit code 0.
  const complaint = output.split("\n").findLast((line) => /\b(?:FATAL|PANIC|ERROR|error):/.test(line));
  if (exitCode === 0 && complaint === undefined) return;
  const reason = complaint ?? output.trim().split("\n").at(-1) ?? `exit code ${exitCode}`;
  throw new LocalServerError(
    "start-failed",
    `The embedded PostgreSQL could not be set up in ${instance.directory}: ${step} said "${reason.trim()}".`,
  );
}
