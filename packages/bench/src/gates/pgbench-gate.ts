// How many calls a second one Node process makes over all of its connections, of what pgbench (the server's own client, in C) makes of the same
// statement with the same values over as many. Both send the values as parameters of a prepared statement, and both sessions have the same
// plan_cache_mode. For information: how much of it a machine's cores decide.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Queryable } from "@app/database";
import { saturate } from "../load/closed-loop.ts";
import { type Finding, judge } from "../measuring/finding.ts";
import { median } from "../measuring/quantile.ts";
import { intervalOfMedian } from "../measuring/resampling.ts";
import { hasClientProgram, runClientProgram } from "../servers/client-program.ts";
import { catalogueEntry } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

const QUERY = "market_series.latest";
const SECONDS = 1;

/** It judges nothing, so it is not given the time of nine rounds. */
const ROUNDS = 3;

/** pgbench counts what its logins take, one after the other: twenty of them were seen to take more than a second, and to leave none. */
const PGBENCH_SECONDS = 2;

/** A statement as pgbench has it: its parameters are variables, which it sends as values of a prepared statement. */
export function scriptOf(text: string): string {
  const withVariables = text.replaceAll(/\$(\d+)/gu, (_, place: string) => `:value${place}`);
  return `${withVariables.replaceAll(/\s+/gu, " ")};\n`;
}

/** Arguments that give the variables of {@link scriptOf} their values. */
export function definitionsOf(values: readonly unknown[]): readonly string[] {
  return values.flatMap((value, place) => ["-D", `value${place + 1}=${String(value)}`]);
}

async function planModeOf(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ readonly plan_cache_mode: string }>("show plan_cache_mode");
  return rows[0]?.plan_cache_mode ?? "unknown";
}

interface Called {
  readonly url: string;
  readonly file: string;
  readonly values: readonly unknown[];
  readonly connections: number;
  readonly planMode: string;
}

/** Transactions a second that pgbench makes; NaN where it says none, as on a machine too busy for it to begin. */
async function rateOfPgbench({ url, file, values, connections, planMode }: Called): Promise<number> {
  const times = ["-c", String(connections), "-j", "1", "-T", String(PGBENCH_SECONDS)];
  const args = ["-n", "-M", "prepared", ...times, ...definitionsOf(values), "-f", file];
  const sessionOptions = [`-c plan_cache_mode=${planMode}`];
  const stdout = await runClientProgram("pgbench", args, url, { sessionOptions });
  return Number(/^tps = ([\d.]+)/mu.exec(stdout)?.[1]);
}

async function ratiosOf(context: GateContext, planMode: string): Promise<readonly number[]> {
  const { url, data, connections, facts, effort } = context;
  const { text, name, values = [] } = drawStatement(catalogueEntry(QUERY), facts, context.draw(QUERY));
  const directory = await mkdtemp(join(tmpdir(), "pgbench-"));
  try {
    const file = join(directory, "statement.sql");
    await writeFile(file, scriptOf(text));
    const ratios: number[] = [];
    for (let round = 0; round < Math.min(ROUNDS, effort.rounds); round += 1) {
      const ours = await saturate(() => data.query({ name, text, values }), {
        workers: connections,
        milliseconds: SECONDS * 1_000,
      });
      ratios.push(ours.rate / (await rateOfPgbench({ url, file, values, connections, planMode })));
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
    if (!(await hasClientProgram("pgbench"))) {
      const note = "Not available: there is no pgbench on this machine.";
      yield judge({ benchmark: "pgbench", subject, note }, Number.NaN, "ratio", { better: "larger" });
      return;
    }
    const planMode = await planModeOf(context.data);
    const ratios = await ratiosOf(context, planMode);
    const note = `plan_cache_mode of our sessions: ${planMode}; of pgbench's, by PGOPTIONS: ${planMode}`;
    yield judge({ benchmark: "pgbench", subject, note }, median(ratios), "ratio", {
      reference: "pgbench",
      better: "larger",
      spread: [Math.min(...ratios), Math.max(...ratios)],
      interval: intervalOfMedian(ratios),
    });
  },
};
