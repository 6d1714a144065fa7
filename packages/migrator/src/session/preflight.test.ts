import { describe, expect, it } from "vitest";
import { requireSupportedExtension, requireSupportedVersion, requireWritable } from "./preflight.ts";
import type { ServerDescription } from "./server-description.ts";

const server: ServerDescription = {
  version: "18.4",
  versionNumber: 180_004,
  database: "trading",
  role: "trader",
  edition: "postgres",
  timescaleVersion: null,
  timescaleSchema: null,
  availableTimescale: null,
  readOnly: false,
  mayCreateInPublic: true,
};

describe("requireSupportedVersion", () => {
  it("refuses a server that is too old, naming both versions", () => {
    expect(() => {
      requireSupportedVersion({ major: 17, minor: 6, text: "17.6" });
    }).toThrow("PostgreSQL 18 or newer is needed; this server is 17.6");
  });

  it.each([18, 19])("accepts %i", (major) => {
    expect(() => {
      requireSupportedVersion({ major, minor: 0, text: `${major}.0` });
    }).not.toThrow();
  });
});

describe("requireSupportedExtension", () => {
  it.each(["2.22.1", "1.7.5"])("refuses %s, and says what to do", (timescaleVersion) => {
    expect(() => {
      requireSupportedExtension({ ...server, timescaleVersion });
    }).toThrow(
      `TimescaleDB 2.23 or newer is needed; the database "trading" has ${timescaleVersion}: run \`ALTER EXTENSION`,
    );
  });

  it.each([null, "2.23.0", "2.31.0-dev", "3.0.0"])("accepts %s", (timescaleVersion) => {
    expect(() => {
      requireSupportedExtension({ ...server, timescaleVersion });
    }).not.toThrow();
  });
});

describe("requireWritable", () => {
  it.each([
    ["a standby", { readOnly: true }, "point DATABASE_URL at the primary"],
    ["a database without schema public", { mayCreateInPublic: null }, "CREATE SCHEMA public"],
    ["a role that may not create", { mayCreateInPublic: false }, 'GRANT CREATE ON SCHEMA public TO "trader"'],
  ] as const)("refuses %s and says what to do", (_, facts, advice) => {
    expect(() => {
      requireWritable({ ...server, ...facts });
    }).toThrow(advice);
  });

  it("advises SQL that names the role whatever its name holds", () => {
    expect(() => {
      requireWritable({ ...server, role: 'the "trader"', mayCreateInPublic: false });
    }).toThrow('GRANT CREATE ON SCHEMA public TO "the ""trader"""');
  });

  it("accepts a role that may create on a primary", () => {
    expect(() => {
      requireWritable(server);
    }).not.toThrow();
  });
});
