// `pnpm bench:peers`: the same questions through other libraries and through ours, over one seeded database in one run. It gates nothing: it ends with
// 0 where everything ran, and with 2 where it was called wrongly, the server was in trouble, or a peer gave another answer.
// Progress goes to the standard error, so that the standard output holds the report alone.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@app/repositories";
import { CommanderError } from "commander";
import { benchCommand } from "../bench-arguments.ts";
import { OTHER_PEERS, REFERENCE, versionOf } from "../peers/all-peers.ts";
import { PEER_EFFORTS } from "../peers/peer-efforts.ts";
import { type PeerQueryName, peerQueryNames } from "../peers/peer-queries.ts";
import { type PeersReport, troublesOf } from "../peers/peers-report.ts";
import { describePeers, renderPeersMarkdown } from "../peers/peers-table.ts";
import { runPeers } from "../peers/run-peers.ts";
import { readFacts } from "../workloads/bench-facts.ts";
import { openRunDatabase } from "./run-database.ts";
import { describeMachine, describeServer } from "./machine.ts";
import { addRunOptions, namesOf, type RunOptions } from "./run-options.ts";
import { createSay } from "./say.ts";

/** It could not run, or what it compared is not the same. */
const TROUBLE = 2;

/** What is to be asked, and what becomes of the report. */
interface PeersOptions extends RunOptions {
  readonly only: readonly PeerQueryName[] | undefined;
}

/** @throws {CommanderError} of exit code 0 after the help, and another after a mistake; what it says is written */
function readOptions(args: readonly string[]): PeersOptions {
  const command = addRunOptions(
    benchCommand(
      "pnpm bench:peers",
      "Asks five questions of one seeded database through node-postgres, Drizzle, Kysely, TypeORM and our repositories, and two of them of DuckDB on a " +
        "Parquet file of the same rows. Answers are compared before anything is measured. It gates nothing.",
      "0 it ran, with a row for each library that is not installed",
      "usage, server trouble, or another answer",
    ),
    "writes peers.json and peers.md there",
  ).option(
    "--only <questions>",
    `some of: ${peerQueryNames.join(", ")}`,
    namesOf("question", peerQueryNames),
  );
  command.parse([...args], { from: "user" });
  const given = command.opts<PeersOptions>();
  return { ...given, only: given.only, databaseUrl: given.databaseUrl, output: given.output };
}

async function measure(options: PeersOptions, say: (text: string) => void): Promise<PeersReport> {
  const startedAt = Temporal.Now.instant().toString();
  await using run = await openRunDatabase(options, say);
  await using data = connect({ database: run.url, poolSize: 1 });
  const server = await describeServer(data);
  const facts = await readFacts(data);
  const effort = { ...PEER_EFFORTS[options.profile], rounds: options.rounds };
  const queries = await runPeers({
    url: run.url,
    facts,
    seed: options.seed,
    reference: REFERENCE,
    others: OTHER_PEERS,
    questions: options.only,
    effort,
    say,
  });
  const versions = [REFERENCE, ...OTHER_PEERS].flatMap(({ package: name }): [string, string][] => {
    const version = versionOf(name);
    return version === undefined ? [] : [[name, version]];
  });
  return {
    format: 2,
    startedAt,
    finishedAt: Temporal.Now.instant().toString(),
    machine: describeMachine(),
    server,
    dataset: run.dataset,
    connections: effort.connections,
    rounds: effort.rounds,
    versions: Object.fromEntries(versions),
    queries,
  };
}

/** Runs the command. @returns its exit code */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    const say = createSay();
    const report = await measure(options, say);
    const json = `${JSON.stringify(report, undefined, 2)}\n`;
    if (options.output !== undefined) {
      await mkdir(options.output, { recursive: true });
      const paths = [join(options.output, "peers.json"), join(options.output, "peers.md")] as const;
      await writeFile(paths[0], json);
      await writeFile(paths[1], renderPeersMarkdown(report));
      say(`wrote ${paths.join(", ")}`);
    }
    process.stdout.write(options.json ? json : describePeers(report));
    const troubles = troublesOf(report.queries);
    for (const trouble of troubles) process.stderr.write(`${trouble}\n`);
    return troubles.length === 0 ? 0 : TROUBLE;
  } catch (error) {
    // Commander has written what is wrong, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : TROUBLE;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return TROUBLE;
  }
}

process.exitCode = await main(process.argv.slice(2));
