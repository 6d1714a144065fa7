import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { UnavailableError } from "../errors/database-error.ts";
import { certificateFile, startTlsFront, type TlsFront } from "../testing/tls-front.ts";
import { connectDirect } from "./connect-direct.ts";
import { parseConnection } from "./parse-connection.ts";

let database: TestDatabase;
let front: TlsFront;

beforeAll(async () => {
  database = await createTestDatabase();
  front = await startTlsFront(Number(new URL(database.url).port));
});

afterAll(async () => {
  await front?.[Symbol.asyncDispose]();
  await database?.drop();
});

function urlOf(host: string, query: string): string {
  const url = new URL(database.url);
  url.hostname = host;
  url.port = String(front.port);
  return `${url.href}?${query}`;
}

const trusted = `sslrootcert=${encodeURIComponent(certificateFile)}`;

test.each(["require", "verify-ca", "verify-full", "prefer"])(
  "a trusted server of the right name is connected to with sslmode=%s",
  async (sslmode) => {
    await using connection = await connectDirect(
      parseConnection(urlOf("localhost", `sslmode=${sslmode}&${trusted}`)),
    );
    await expect(connection.query("SELECT 1")).resolves.toMatchObject({ rowCount: 1 });
  },
);

test.each(["require", "verify-full"])(
  "a certificate nobody signed is refused with sslmode=%s, whatever the environment says",
  async (sslmode) => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    try {
      const connecting = connectDirect(parseConnection(urlOf("localhost", `sslmode=${sslmode}`)));
      await expect(connecting).rejects.toBeInstanceOf(UnavailableError);
      await expect(connecting).rejects.toThrow(
        /^The TLS certificate of the server at localhost:\d+ cannot be trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. Give its certificate authority as sslrootcert=FILE/u,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  },
);

test("a certificate for another name is refused, sslmode=verify-ca or not", async () => {
  const connecting = connectDirect(parseConnection(urlOf("127.0.0.1", `sslmode=verify-ca&${trusted}`)));
  await expect(connecting).rejects.toMatchObject({ kind: "unavailable", isRetryable: false });
  await expect(connecting).rejects.toThrow(/cannot be trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/u);
});

test("of several hosts each is held against its own name, and the one that passes is used", async () => {
  const url = new URL(urlOf("localhost", `sslmode=verify-full&${trusted}`));
  const several = url.href.replace(
    `@localhost:${front.port}`,
    `@127.0.0.1:${front.port},localhost:${front.port}`,
  );
  await using connection = await connectDirect(parseConnection(several));
  await expect(connection.query("SELECT 1")).resolves.toMatchObject({ rowCount: 1 });
  const none = connectDirect(parseConnection(several.replace("localhost", "127.0.0.2")));
  await expect(none).rejects.toThrow(
    /^None of the 2 hosts .* 127\.0\.0\.1:\d+ cannot be trusted .* 127\.0\.0\.2:\d+ cannot be trusted/u,
  );
});
