// How many calls a second one Node process makes over all of its connections, of what pgbench (the server's own client, in C) makes of the same
// statement with the same values over as many. Both plan every execution. For information: how much of it a machine's cores decide.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { saturate } from "../load/closed-loop.ts";
import { type Finding, judge } from "../measuring/finding.ts";
import { median } from "../measuring/quantile.ts";
import { intervalOfMedian } from "../measuring/resampling.ts";
import { catalogueEntry } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

const run = promisify(execFile);
const QUERY = "market_series.latest";
const SECONDS = 1;

async function hasPgbench(): Promise<boolean> {
  return await run("pgbench", ["--version"]).then(
    () => true,
    () => false,
  );
}

/** A statement with its values written into it: pgbench has no parameters that are text. Those here are codes, which need no escape. */
function script(text: string, values: readonly unknown[]): string {
  const filled = text.replaceAll(/\$(\d+)/gu, (_, place: string) => `'${String(values[Number(place) - 1])}'`);
  return `${filled.replaceAll(/\s+/gu, " ")};\n`;
}

/** Transactions a second that pgbench makes; NaN where it says none, as on a machine too busy for it to begin. */
async function rateOfPgbench(url: string, file: string, connections: number): Promise<number> {
  const { stdout } = await run(
    "pgbench",
    ["-n", "-M", "prepared", "-c", String(connections), "-j", "1", "-T", String(SECONDS), "-f", file, url],
    { env: { ...process.env, PGOPTIONS: "-c plan_cache_mode=force_custom_plan" } },
  );
  return Number(/^tps = ([\d.]+)/mu.exec(stdout)?.[1]);
}

async function ratiosOf(context: GateContext): Promise<readonly number[]> {
  const { url, data, connections, facts, effort } = context;
  const { text, name, values = [] } = drawStatement(catalogueEntry(QUERY), facts, context.draw(QUERY));
  const directory = await mkdtemp(join(tmpdir(), "pgbench-"));
  try {
    const file = join(directory, "statement.sql");
    await writeFile(file, script(text, values));
    const ratios: number[] = [];
    for (let round = 0; round < effort.rounds; round += 1) {
      const ours = await saturate(() => data.query({ name, text, values }), {
        workers: connections,
        milliseconds: SECONDS * 1_000,
      });
      ratios.push(ours.rate / (await rateOfPgbench(url, file, connections)));
    }
    return ratios;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The gate, which judges nothing, of what one process makes. */
export const pgbenchGate: Gate = {
  name: "pgbench",
  about: "calls a second of this process against pgbench, over as many connections",
  async *run(context): AsyncGenerator<Finding, void, undefined> {
    const subject = `${QUERY}, calls a second over ${context.connections} connections`;
    if (!(await hasPgbench())) {
      const note = "Not available: there is no pgbench on this machine.";
      yield judge({ benchmark: "pgbench", subject, note }, Number.NaN, "ratio", { better: "larger" });
      return;
    }
    const ratios = await ratiosOf(context);
    yield judge({ benchmark: "pgbench", subject }, median(ratios), "ratio", {
      reference: "pgbench",
      better: "larger",
      spread: [Math.min(...ratios), Math.max(...ratios)],
      interval: intervalOfMedian(ratios),
    });
  },
};
