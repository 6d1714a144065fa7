import { existsSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hasClientProgram, runClientProgram } from "./client-program.ts";

const SECRET = "s3cret-Word";
const url = `postgresql://trader:${SECRET}@127.0.0.1:1,localhost:2/trading?target_session_attrs=read-write&connect_timeout=3`;

/** A program that writes down its arguments and what it was given for libpq. */
const CONFESS = `process.stdout.write(JSON.stringify({
  args: process.argv.slice(1),
  given: Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("PG"))),
}))`;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function failureOf(program: string, args: readonly string[]): Promise<string> {
  try {
    await runClientProgram(program, args, url);
  } catch (error) {
    if (error instanceof Error) return `${error.message}\n${error.stack ?? ""}\n${JSON.stringify(error)}`;
  }
  throw new Error("It did not fail.");
}

describe("a client program", () => {
  it("is told by environment where to log in, and nothing of it in its arguments", async () => {
    vi.stubEnv("PGSERVICE", "elsewhere");
    vi.stubEnv("PGHOSTADDR", "192.0.2.1");
    const written = await runClientProgram(process.execPath, ["-e", CONFESS, "--", "argument"], url, {
      sessionOptions: ["-c plan_cache_mode=auto"],
    });
    expect(JSON.parse(written)).toEqual({
      args: ["argument"],
      given: {
        PGHOST: "127.0.0.1,localhost",
        PGPORT: "1,2",
        PGUSER: "trader",
        PGPASSWORD: SECRET,
        PGDATABASE: "trading",
        PGAPPNAME: "trading-data-layer",
        PGTARGETSESSIONATTRS: "read-write",
        PGCONNECT_TIMEOUT: "3",
        PGOPTIONS: "-c plan_cache_mode=auto",
        PGSSLMODE: "disable",
      },
    });
  });

  it("verifies a server elsewhere as our own connections do, by certificates in files that are gone afterwards", async () => {
    const read = `const { readFileSync } = require("node:fs"); const { env } = process;
      process.stdout.write(JSON.stringify([env.PGSSLMODE, env.PGSSLROOTCERT, readFileSync(env.PGSSLROOTCERT, "utf8")]))`;
    const remote = "postgresql://trader@db.example/trading";
    const [mode, file, authorities] = JSON.parse(
      await runClientProgram(process.execPath, ["-e", read], remote),
    ) as readonly string[]; // what the program above writes
    expect(mode).toBe("verify-full");
    expect(authorities).toContain("-----BEGIN CERTIFICATE-----");
    expect(existsSync(file ?? "")).toBe(false);
  });

  it("fails with its name and complaint, and without the password, even where it wrote it", async () => {
    const complain = `process.stderr.write("no " + process.env.PGPASSWORD); process.exit(3)`;
    const failure = await failureOf(process.execPath, ["-e", complain]);
    expect(failure).toContain(`${process.execPath} ended with 3: no ***`);
    expect(failure).not.toContain(SECRET);
  });

  it.for(["psql", "pgbench"])(
    "holds no password in the error of a %s that cannot connect",
    async (program, { skip }) => {
      skip(!(await hasClientProgram(program)), `there is no ${program} on this machine`);
      const failure = await failureOf(program, program === "psql" ? ["-c", "select 1"] : ["-n", "-T", "1"]);
      expect(failure).toMatch(/ended with \d+: .*127\.0\.0\.1/su);
      expect(failure).not.toContain(SECRET);
    },
  );
});
