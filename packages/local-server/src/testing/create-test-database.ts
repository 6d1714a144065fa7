// A fresh database for one test file, on the server of the edition under test; gone when it is dropped.
import { randomBytes } from "node:crypto";
import type { Edition } from "../editions/edition.ts";
import { urlOfDatabase } from "../embedded/credentials.ts";
import { administer, createDatabaseFrom, dropDatabase } from "./administration.ts";
import { ensureTemplate, type DatabaseTemplate } from "./template.ts";
import { leaseTestServer } from "./test-server.ts";

export interface TestDatabaseOptions {
  /** What to clone. @defaultValue an empty database without any extension, also on TimescaleDB's editions */
  readonly template?: DatabaseTemplate | undefined;
  /**
   * Outside of vitest: which edition's server, started for this database alone unless it is the embedded one.
   * @defaultValue `postgres`; under vitest that of the project
   */
  readonly edition?: Edition | undefined;
}

export interface TestDatabase extends AsyncDisposable {
  /** As the database's owner, who is no superuser. */
  readonly url: string;
  /** As a superuser, for what a test must do behind the owner's back. */
  readonly superuserUrl: string;
  readonly name: string;
  readonly edition: Edition;
  readonly serverVersion: string;
  /** Ends every connection to it and removes it. Safe to call twice. */
  drop(this: void): Promise<void>;
}

/**
 * Creates a database of its own for the caller, cloned from a template if one is given.
 * @throws when a server of the edition cannot be had
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { server, release } = await leaseTestServer(options.edition);
  const name = `test_${server.runId}_${randomBytes(5).toString("hex")}`;
  try {
    await administer(server, async (client) => {
      const template =
        options.template === undefined ? "template0" : await ensureTemplate(client, server, options.template);
      await createDatabaseFrom(client, server, name, template);
    });
  } catch (error) {
    await release();
    throw error;
  }
  let dropped: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    try {
      await administer(server, (client) => dropDatabase(client, name));
    } finally {
      await release();
    }
  };
  const drop = (): Promise<void> => (dropped ??= remove());
  return {
    url: urlOfDatabase(server.url, name),
    superuserUrl: urlOfDatabase(server.superuserUrl, name),
    name,
    edition: server.edition,
    serverVersion: server.version,
    drop,
    [Symbol.asyncDispose]: drop,
  };
}
