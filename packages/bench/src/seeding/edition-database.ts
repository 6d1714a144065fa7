// A database of its own for a profile and seed on a server of an edition. On the embedded server, and on one named by environment,
// it stays for the next run; that of a container ends with the command.
import { connectDirect, parseConnection, quoteIdentifier } from "@app/database";
import type { Edition } from "@app/local-server/testing";
import { type HeldServer, urlOfDatabase } from "../servers/hold-server.ts";
import type { AnySeedProfileName } from "./seed-profile.ts";

/** A database on a server that somebody else holds. */
export interface EditionDatabase {
  readonly url: string;
  readonly superuserUrl: string;
  readonly name: string;
  /** Removes the database and makes an empty one of the same name. */
  renew(): Promise<void>;
}

/** @throws {DatabaseError} where it is not there and cannot be made */
export async function openEditionDatabase(
  hold: HeldServer,
  edition: Edition,
  profile: AnySeedProfileName,
  seed: number,
): Promise<EditionDatabase> {
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
  await using connection = await connectDirect(parseConnection(hold.superuserUrl));
  const { rowCount } = await connection.query("select from pg_database where datname = $1", [name]);
  if (rowCount === 0) await create();
  return {
    url: urlOfDatabase(hold.url, name),
    superuserUrl,
    name,
    async renew() {
      await asSuperuser(hold.superuserUrl, `drop database if exists ${quoteIdentifier(name)} with (force)`);
      await create();
    },
  };
}
