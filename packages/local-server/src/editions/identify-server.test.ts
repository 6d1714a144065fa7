import { describe, expect, it } from "vitest";
import { describeIdentity, whyNotServedBy } from "./identify-server.ts";

const plain = { postgresVersion: "18.4", timescaleVersion: undefined, timescaleLicense: undefined };
const community = { postgresVersion: "18.6", timescaleVersion: "2.29.2", timescaleLicense: "timescale" };
const apache = { ...community, timescaleLicense: "apache" };

describe("what a server can serve", () => {
  it("serves plain PostgreSQL anywhere, and each edition of TimescaleDB by its licence", () => {
    expect([plain, community, apache].map((identity) => whyNotServedBy("postgres", identity))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(whyNotServedBy("timescale", community)).toBeUndefined();
    expect(whyNotServedBy("timescale-apache", apache)).toBeUndefined();
    expect(whyNotServedBy("timescale", plain)).toBe("that server does not have TimescaleDB loaded");
    expect(whyNotServedBy("timescale", apache)).toBe(
      "that server's timescaledb.license is apache, not timescale",
    );
    expect(whyNotServedBy("timescale-apache", community)).toMatch(/is timescale, not apache$/);
  });

  it("is described by its versions", () => {
    expect(describeIdentity(plain)).toBe("PostgreSQL 18.4");
    expect(describeIdentity(community)).toBe("PostgreSQL 18.6, TimescaleDB 2.29.2");
  });
});
