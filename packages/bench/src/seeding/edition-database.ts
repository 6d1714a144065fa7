// A database of its own for a profile and seed on a server of an edition. On the embedded server, and on one named by environment,
// it stays for the next run; that of a container ends with the command.
import { connectDirect, parseConnection, quoteIdentifier } from "@app/database";
import type { Edition } from "@app/local-server/testing";
import { holdServer, urlOfDatabase } from "../servers/hold-server.ts";
import type { AnySeedProfileName } from "./seed-profile.ts";

/** A database on a server that is held as long as this is. */
export interface EditionDatabase extends AsyncDisposable {
  readonly url: string;
  readonly superuserUrl: string;
  readonly name: string;
  readonly serverVersion: string;
  /** Whether the server outlives this command. */
  readonly stays: boolean;
  /** Removes the database and makes an empty one of the same name. */
  renew(): Promise<void>;
}

/** @throws when no server of the edition can be had */
export async function openEditionDatabase(
  edition: Edition,
  profile: AnySeedProfileName,
  seed: number,
): Promise<EditionDatabase> {
  const hold = await holdServer(edition);
  const owner = decodeURIComponent(new URL(hold.url).username);
  const name = `bench_${profile}_${seed}`;
  const superuserUrl = urlOfDatabase(hold.superuserUrl, name);
  const asSuperuser = async (url: string, ...statements: readonly string[]): Promise<void> => {
    await using connection = await connectDirect(parseConnection(url));
    for (const statement of statements) await connection.query(statement);
  };
  const create = async (): Promise<void> => {
    await asSuperuser(
      hold.superuserUrl,
      `create database ${quoteIdentifier(name)} owner ${quoteIdentifier(owner)} template template0`,
    );
    if (edition !== "postgres") await asSuperuser(superuserUrl, "create extension timescaledb");
  };
  try {
    await using connection = await connectDirect(parseConnection(hold.superuserUrl));
    const { rowCount } = await connection.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) await create();
  } catch (error) {
    await hold[Symbol.asyncDispose]();
    throw error;
  }
  return {
    url: urlOfDatabase(hold.url, name),
    superuserUrl,
    name,
    serverVersion: hold.version,
    stays: hold.stays,
    async renew() {
      await asSuperuser(hold.superuserUrl, `drop database if exists ${quoteIdentifier(name)} with (force)`);
      await create();
    },
    [Symbol.asyncDispose]: () => hold[Symbol.asyncDispose](),
  };
}
