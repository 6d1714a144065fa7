// Runs a program of PostgreSQL's own (pgbench, psql) against a database. Not a connection of ours.
// Invariant: the login goes by environment, as libpq reads it: the arguments of a process are for everybody of its machine to see, and
// stand in the error of one that fails.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { type ConnectionSettings, parseConnection } from "@app/database";

/** What libpq reads of a server and a login; see "Environment Variables" in its documentation. */
export type ClientEnvironment = Readonly<Record<string, string>>;

/** Writes the certificates into a directory of the caller's, since libpq takes the names of files. */
async function tlsEnvironment(settings: ConnectionSettings, directory: string): Promise<ClientEnvironment> {
  if (settings.tls === "off") return { PGSSLMODE: "disable" };
  const { tlsMaterial } = settings.credentials();
  const files = {
    // Whom Node trusts, as our own connections do; "system" is not known to a libpq before 16.
    PGSSLROOTCERT: tlsMaterial?.ca ?? getCACertificates().join("\n"),
    PGSSLCERT: tlsMaterial?.cert,
    PGSSLKEY: tlsMaterial?.key,
  };
  const environment: Record<string, string> = { PGSSLMODE: "verify-full" };
  for (const [variable, text] of Object.entries(files)) {
    if (text === undefined) continue;
    const file = join(directory, `${variable.toLowerCase()}.pem`);
    // A key that others may read is refused by libpq.
    await writeFile(file, text, { mode: 0o600 });
    environment[variable] = file;
  }
  return environment;
}

async function environmentOf(
  settings: ConnectionSettings,
  directory: string,
  options: readonly string[],
): Promise<{ readonly environment: ClientEnvironment; readonly password: string | undefined }> {
  const { password: given } = settings.credentials();
  const password = typeof given === "function" ? await given() : given;
  const startup = [settings.startupOptions ?? "", ...options].filter((option) => option !== "");
  const environment = {
    PGHOST: settings.hosts.map(({ host }) => host).join(","),
    PGPORT: settings.hosts.map(({ port }) => String(port)).join(","),
    PGUSER: settings.user,
    PGDATABASE: settings.database,
    PGAPPNAME: settings.applicationName,
    PGTARGETSESSIONATTRS: settings.targetSessionAttributes,
    PGCONNECT_TIMEOUT: String(Math.ceil(settings.connectTimeoutMilliseconds / 1_000)),
    ...(startup.length === 0 ? {} : { PGOPTIONS: startup.join(" ") }),
    ...(await tlsEnvironment(settings, directory)),
    ...(password === undefined ? {} : { PGPASSWORD: password }),
  };
  return { environment, password };
}

/** This process's environment without what would lead libpq elsewhere; a password that is not in the address stays. */
function ownEnvironment(): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !/^PG[A-Z]/u.test(name) || name === "PGPASSWORD" || name === "PGPASSFILE"),
  );
}

/** How a program is run. */
export interface ClientProgramOptions {
  /** Server parameters of its sessions, as libpq's `options`: `-c plan_cache_mode=auto`. */
  readonly sessionOptions?: readonly string[] | undefined;
}

/**
 * Runs a program to its end; it must not be given the address among its arguments.
 *
 * @returns what it wrote on its standard output
 * @throws {Error} naming the program and what it complained of, never its environment
 */
export async function runClientProgram(
  program: string,
  args: readonly string[],
  url: string,
  { sessionOptions = [] }: ClientProgramOptions = {},
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bench-client-"));
  try {
    const { environment, password } = await environmentOf(parseConnection(url), directory, sessionOptions);
    return await new Promise((resolve, reject) => {
      execFile(
        program,
        args,
        { env: { ...ownEnvironment(), ...environment } },
        (error, stdout, complaints) => {
          if (error === null) {
            resolve(stdout);
            return;
          }
          // Not the error itself, which repeats the arguments.
          const how = error.code === undefined ? String(error.signal) : String(error.code);
          const said = `${program} ended with ${how}: ${complaints.trim()}`;
          reject(new Error(password === undefined ? said : said.replaceAll(password, "***")));
        },
      );
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whether this machine has a program. */
export async function hasClientProgram(program: string): Promise<boolean> {
  return await new Promise((resolve) => {
    execFile(program, ["--version"], (error) => {
      resolve(error === null);
    });
  });
}
