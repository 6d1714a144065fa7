import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migrateDatabase } from "@app/migrator";
import { expect, it } from "vitest";
import type { Finding } from "../measuring/finding.ts";
import { createBarCopy } from "./bar-copy.ts";
import type { BenchContext } from "./benchmark.ts";

it("measures the COPY by itself beside the whole write, on both sides, and leaves no bar behind", async () => {
  await using database = await createTestDatabase();
  const { url, superuserUrl, edition } = database;
  await using connection = await connectDirect(parseConnection(superuserUrl));
  if (edition !== "postgres") await connection.query("create extension timescaledb");
  await migrateDatabase(url);
  // The benchmark takes nothing else of its context.
  const context = {
    rounds: 2,
    market: () => Promise.resolve({ url, superuserUrl }),
  } as unknown as BenchContext;
  const findings: Finding[] = [];
  for await (const finding of createBarCopy(5_000).run(context)) findings.push(finding);
  const [whole, alone] = findings;
  expect(findings.map(({ bound }) => bound)).toEqual([
    { kind: "at least", value: 0.9 },
    { kind: "at least", value: 0.9 },
  ]);
  expect(alone?.subject).toContain("by itself");
  for (const side of ["latency", "referenceLatency"] as const) {
    expect(alone?.[side]?.calls).toBe(2);
    expect(alone?.[side]?.median).toBeGreaterThan(0);
    expect(alone?.[side]?.median).toBeLessThan(whole?.[side]?.median ?? 0);
  }
  const { rows } = await connection.query("select from market_data limit 1");
  expect(rows).toEqual([]);
});
