// The examples, run as programs on a migrated database: each ends well and says what it should.
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCommand, startProgram } from "../fixtures/command.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const root = new URL("../../../", import.meta.url);
const db = useDatabase();
const path = (file: string): string => fileURLToPath(new URL(file, root));

async function run(example: string): Promise<string> {
  const { exitCode, stdout, stderr } = await startProgram(
    path(`examples/src/${example}.ts`),
    [],
    db.database.url,
  ).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

describe("the example of", () => {
  it("a small backend places an order, counts a fill that came twice once, and reads its figures", async () => {
    // 0.5 × (39000 − 38490.5), less the fees of both fills.
    expect(await run("place-order")).toBe("duplicate filled 38490.5\n254.75 0.0\n239.25 1\n");
    // Nothing of it is in the way of a second run.
    expect(await run("place-order")).toContain("239.25");
  });

  it("a bar ingester stores what a feed says, and keeps what it took back", async () => {
    expect(await run("ingest-bars")).toBe("2410 [ 2409 ]\n");
    const lines = await db.rows(
      "select count(*)::int as lines from system_logs where component = 'ingester'",
    );
    expect(lines).toEqual([{ lines: 11 }]);
  });

  it("a backtest reads bars as they are known and trades them", async () => {
    const sample = path("packages/cli/sample/btc-perp-1m.csv.gz");
    const series = ["--exchange", "binance", "--symbol", "BTCUSDT", "--timeframe", "1m"];
    expect(await runCommand(["import:bars", sample, ...series], db.database.url)).toMatchObject({
      exitCode: 0,
    });
    expect(await run("backtest")).toMatch(/^\d+ trades, -?[\d.]+ of profit per unit\n$/u);
  });
});
