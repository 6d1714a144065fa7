import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import { parseConnection } from "./parse-connection.ts";

const secret = "s3cr3t-Pa55";

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The sentence a URL is refused with; fails when it is accepted, or when anything of the error has the password. */
function refusal(url: string | undefined): string {
  const error = thrownBy(() => parseConnection(url));
  expect(error).toBeInstanceOf(InvalidInputError);
  expect(`${inspect(error, { depth: 10 })}${JSON.stringify(error)}`).not.toContain(secret);
  return error instanceof Error ? error.message : "";
}

function fetchPassword(): string {
  return secret;
}

test("a full URL gives every part, decoded", () => {
  const settings = parseConnection(
    `postgres://tr%40der:${secret}@[::1]:6543/my%2Fdata?application_name=bot&connect_timeout=3&options=-c%20search_path%3Dx`,
  );
  expect(settings).toMatchObject({
    host: "::1",
    port: 6543,
    user: "tr@der",
    database: "my/data",
    applicationName: "bot",
    connectTimeoutMilliseconds: 3000,
    startupOptions: "-c search_path=x",
    tls: "off",
  });
  expect(settings.credentials().password).toBe(secret);
  expect(settings.address).toBe("[::1]:6543");
});

test("what a URL leaves open has a default", () => {
  expect(parseConnection("postgresql://u@localhost/d")).toMatchObject({
    port: 5432,
    applicationName: "trading-data-layer",
    connectTimeoutMilliseconds: 10_000,
    tls: "off",
    label: "DATABASE_URL",
  });
});

test("a Unix socket's directory can stand in the host or in a parameter", () => {
  for (const url of ["postgresql://u@%2Frun%2Fpg/d", "postgresql://u@/d?host=/run/pg"]) {
    const settings = parseConnection(url);
    expect(settings).toMatchObject({ host: "/run/pg", tls: "off" });
    expect(settings.address).toBe("/run/pg/.s.PGSQL.5432");
  }
});

describe("several hosts", () => {
  test.each([
    [
      "postgresql://u@one:1,two,[::1]:3/d",
      [
        ["one", 1],
        ["two", 5432],
        ["::1", 3],
      ],
    ],
    [
      "postgresql://u@/d?host=one,two&port=7",
      [
        ["one", 7],
        ["two", 7],
      ],
    ],
    [
      "postgresql://u@one,two/d?port=7,8",
      [
        ["one", 7],
        ["two", 8],
      ],
    ],
  ] as const)("of %s keep their order and ports", (url, expected) => {
    const settings = parseConnection(url);
    expect(settings.hosts.map(({ host, port }) => [host, port])).toEqual(expected);
    expect([settings.host, settings.port]).toEqual(expected[0]);
    expect(settings.targetSessionAttributes).toBe("any");
  });

  test("are all shown, and the shown URL parses to the same", () => {
    const settings = parseConnection(
      `postgresql://u:${secret}@one:1,[::1]:2/d?target_session_attrs=prefer-standby`,
    );
    expect(settings.redacted()).toBe("postgresql://u:***@one:1,[::1]:2/d");
    expect(settings.address).toBe("one:1,[::1]:2");
    expect(parseConnection(settings.redacted()).hosts).toEqual(settings.hosts);
    expect(settings.with({ database: "e" })).toMatchObject({
      hosts: settings.hosts,
      targetSessionAttributes: "prefer-standby",
    });
  });

  test("need TLS as soon as one of them is elsewhere", () => {
    expect(parseConnection("postgresql://u@localhost:1,127.0.0.1:2/d").tls).toBe("off");
    expect(parseConnection("postgresql://u@localhost:1,db.example:2/d").tls).toBe("verify-full");
  });
});

test("an @ in a password needs no escape, because the last one ends it", () => {
  expect(parseConnection("postgresql://u:a@b@localhost/d").credentials().password).toBe("a@b");
});

test.each([
  [undefined, /^DATABASE_URL is not set/u],
  ["  ", /is not set/u],
  [`mysql://u:${secret}@h/d`, /must begin with postgresql:\/\//u],
  [secret, /must begin with postgresql:\/\//u],
  [`postgresql://u:${secret}@localhost`, /names no database/u],
  [`postgresql://u:${secret}@localhost/`, /names no database/u],
  [`postgresql://:${secret}@localhost/d`, /names no user/u],
  [`postgresql://u:${secret}@/d`, /names no host/u],
  [`postgresql://u:${secret}@localhost:0/d`, /port .* from 1 to 65535/u],
  [`postgresql://u:${secret}@localhost:70000/d`, /port .* from 1 to 65535/u],
  [`postgresql://u:${secret}@localhost:54x2/d`, /port .* from 1 to 65535/u],
  [`postgresql://u:${secret}%zz@localhost/d`, /password .* % .* %25/u],
  [`postgresql://u%:${secret}@localhost/d`, /user name .* %25/u],
  [`postgresql://u:${secret}@localhost/d%f`, /database name .* %25/u],
  [`postgresql://u:${secret}%00@localhost/d`, /password .* cannot store/u],
  [`postgresql://u:${secret}#x@localhost/d`, /%23/u],
  [`postgresql://u:${secret}/x@localhost/d`, /%2F/u],
  [`postgresql://u:1/${secret}@localhost/d`, /%2F/u],
  [`postgresql://u:12?${secret}@localhost/d`, /%3F/u],
  [`postgresql://u:${secret}@localhost/d/${secret}`, /more than one name/u],
  [`postgresql://u:${secret}@h1:1,h2:x/d`, /port .* from 1 to 65535/u],
  [`postgresql://u:${secret}@h1,,h2/d`, /names no host/u],
  [`postgresql://u:${secret}@h1,h2/d?port=1,2,3`, /3 ports for 2 hosts/u],
  [`postgresql://u:${secret}@h1,h2:2/d?port=1,2`, /port twice/u],
  [
    `postgresql://u:${secret}@h1/d?target_session_attrs=${secret}`,
    /target_session_attrs .* one of any, read-write/u,
  ],
  [`postgresql://u:${secret}@localhost,h2/d?sslmode=disable`, /sslmode=disable for h2/u],
  [`postgresql://u:${secret}@%2Frun%2Fpg,h2/d`, /Unix socket, which has no TLS, in one list/u],
  [`postgresql://u:${secret}@::1/d`, /in brackets/u],
  [`postgresql://u:${secret}@localhost/d?sslmod=require`, /unknown parameter sslmod /u],
  [`postgresql://u:${secret}@localhost/d?${secret}=1`, /unknown parameter after/u],
  [`postgresql://u:${secret}@localhost/d?sslmode`, /name=value/u],
  [`postgresql://u:${secret}@localhost/d?port=1&port=2`, /twice/u],
  [`postgresql://u:${secret}@localhost:1/d?port=2`, /port twice/u],
  [`postgresql://u:${secret}@localhost/d?host=h`, /host twice/u],
  [`postgresql://u:${secret}@localhost/d?connect_timeout=soon`, /connect_timeout/u],
])("junk is refused in one sentence without the password: %s", (url, sentence) => {
  expect(refusal(url)).toMatch(sentence);
});

test("the sentence calls the URL what the caller calls it", () => {
  expect(() => parseConnection("x", { label: "--database" })).toThrow(/^--database must begin/u);
});

describe("TLS", () => {
  test.each([
    ["db.example", undefined, "verify-full"],
    ["db.example", "prefer", "verify-full"],
    ["db.example", "require", "verify-full"],
    ["db.example", "verify-ca", "verify-full"],
    ["db.example", "verify-full", "verify-full"],
    ["localhost", "require", "verify-full"],
    ["localhost", undefined, "off"],
    ["127.0.0.1", undefined, "off"],
    ["127.9.9.9", "disable", "off"],
    ["[::1]", "disable", "off"],
    ["127.0.0.1.example", undefined, "verify-full"],
    ["10.0.0.1", undefined, "verify-full"],
  ] as const)("%s with sslmode %s is %s", (host, sslmode, tls) => {
    const query = sslmode === undefined ? "" : `?sslmode=${sslmode}`;
    expect(parseConnection(`postgresql://u:p@${host}/d${query}`).tls).toBe(tls);
  });

  test.each(["no-verify", "allow", "VERIFY-FULL", "x"])("sslmode=%s is refused", (sslmode) => {
    expect(refusal(`postgresql://u:${secret}@localhost/d?sslmode=${sslmode}`)).toMatch(/sslmode/u);
  });

  test("plain text across a network is refused unless the program allows it", () => {
    const url = `postgresql://u:${secret}@db.example/d?sslmode=disable`;
    expect(refusal(url)).toMatch(/unencrypted/u);
    expect(parseConnection(url, { allowPlaintext: true }).tls).toBe("off");
  });

  test("certificate files are read, and named when they cannot be", () => {
    const directory = mkdtempSync(join(tmpdir(), "pem-"));
    try {
      const file = join(directory, "ca.pem");
      writeFileSync(file, "-----BEGIN CERTIFICATE-----\n");
      const base = "postgresql://u@db.example/d";
      const settings = parseConnection(`${base}?sslrootcert=${encodeURIComponent(file)}`);
      expect(settings.credentials().tlsMaterial?.ca).toContain("BEGIN CERTIFICATE");
      expect(refusal(`${base}?sslrootcert=${encodeURIComponent(join(directory, "none"))}`)).toMatch(
        /cannot be read/u,
      );
      expect(refusal(`${base}?sslcert=${encodeURIComponent(file)}`)).toMatch(/sslcert and sslkey together/u);
      writeFileSync(file, "no certificate");
      expect(refusal(`${base}?sslrootcert=${encodeURIComponent(file)}`)).toMatch(/PEM/u);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the password", () => {
  const settings = parseConnection(`postgresql://u:${secret}@localhost/d`);

  test("is in no display of the settings", () => {
    const shown = [
      inspect(settings, { depth: 10, showHidden: true }),
      JSON.stringify(settings),
      JSON.stringify(Object.assign({}, settings)),
      String(settings),
      settings.redacted(),
      JSON.stringify(Object.entries(settings)),
    ].join("\n");
    expect(shown).not.toContain(secret);
    expect(settings.redacted()).toBe("postgresql://u:***@localhost:5432/d");
    expect(JSON.parse(JSON.stringify(settings))).toMatchObject({ url: settings.redacted() });
  });

  test("is kept by a changed copy, and can be replaced there", () => {
    expect(settings.with({ database: "e" }).credentials().password).toBe(secret);
    expect(settings.with({ database: "e" }).database).toBe("e");
    expect(settings.with({ password: "new" }).credentials().password).toBe("new");
  });

  test("can be a function, and the URL then needs none", () => {
    const { password } = parseConnection("postgresql://u@localhost/d", {
      password: fetchPassword,
    }).credentials();
    expect(password).toBe(fetchPassword);
  });

  test("of any characters survives encoding, and a parsed URL is redacted to one that parses", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\0")),
        (password) => {
          const parsed = parseConnection(`postgresql://u:${encodeURIComponent(password)}@localhost/d`);
          expect(parsed.credentials().password).toBe(password);
          expect(parseConnection(parsed.redacted()).credentials().password).toBe("***");
        },
      ),
    );
  });

  test("never leaks from a URL that was not escaped", () => {
    // Whatever a password holds, either it is taken whole or no message has a piece of it.
    fc.assert(
      fc.property(fc.string({ minLength: 0, maxLength: 8 }), (noise) => {
        const password = `${noise}${secret}${noise}`;
        let shown = "";
        const error = thrownBy(() => {
          const parsed = parseConnection(`postgresql://u:${password}@localhost/d`);
          shown = `${inspect(parsed)}${JSON.stringify(parsed)}${parsed.address}`;
        });
        expect(`${shown}${inspect(error, { depth: 10 })}`).not.toContain(secret);
      }),
      { numRuns: 3000 },
    );
  });
});
