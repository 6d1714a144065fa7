// One run of the peers over a seeded database: connects them, holds their answers against each other, and measures those that agree. Makes no
// report of it, and prints nothing but progress.
// Invariant: no call is timed whose answer was not compared before.
import { median } from "../measuring/quantile.ts";
import { SESSION } from "../servers/reference-client.ts";
import type { BenchFacts } from "../workloads/bench-facts.ts";
import { createNamedDraw } from "../workloads/draw.ts";
import { versionOf } from "./all-peers.ts";
import { findDifference } from "./answer-columns.ts";
import { type AskedPeer, measurePeers, type PeerEffort } from "./measure-peers.ts";
import type { Peer, PeerQuestion, PeerSource } from "./peer.ts";
import {
  peerQueries,
  type PeerQuery,
  type PeerQueryName,
  peerQueryNames,
  type PeerValues,
} from "./peer-queries.ts";
import type { PeerQueryResult, PeerResult } from "./peers-report.ts";

/** What a run is made over. */
export interface PeersRun {
  readonly url: string;
  readonly facts: BenchFacts;
  readonly seed: number;
  /** Whose answers are right, and whose times are 1. */
  readonly reference: PeerSource;
  readonly others: readonly PeerSource[];
  /** @defaultValue all */
  readonly questions?: readonly PeerQueryName[] | undefined;
  readonly effort: PeerEffort;
  readonly say: (text: string) => void;
}

type Unmeasured = Exclude<PeerResult, { readonly status: "measured" }>;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/** The peers that are there, and why the others are not. */
async function connectPeers(
  { url, others, effort, say }: PeersRun,
  stack: AsyncDisposableStack,
): Promise<ReadonlyMap<PeerSource, Peer | Unmeasured>> {
  const connected = new Map<PeerSource, Peer | Unmeasured>();
  for (const source of others) {
    const left = (status: Unmeasured["status"], reason: string): void => {
      say(`${source.name}: ${reason}`);
      connected.set(source, { peer: source.name, status, reason });
    };
    let open: Awaited<ReturnType<PeerSource["load"]>>;
    try {
      open = await source.load();
    } catch (error) {
      const isThere = versionOf(source.package) !== undefined;
      left(
        "missing",
        isThere
          ? `${source.package} cannot be loaded: ${messageOf(error)}`
          : `${source.package} is not installed`,
      );
      continue;
    }
    try {
      const options = { url, connections: effort.connections, session: SESSION, say };
      connected.set(source, stack.use(await open(options)));
    } catch (error) {
      left("failed", messageOf(error));
    }
  }
  return connected;
}

/** @returns the peer with the next of the same calls at each call */
function askedInTurn<Values>(
  { name, isOverServer }: PeerSource,
  { ask }: PeerQuestion<Values>,
  values: readonly [Values, ...Values[]],
): AskedPeer {
  let next = 0;
  return {
    name,
    isOverServer,
    ask: () => {
      const drawn = values[next % values.length] ?? values[0];
      next += 1;
      return ask(drawn);
    },
  };
}

/** @returns where its answers are others, or how it failed; undefined where they are the same */
async function differenceOf<Values>(
  { rows }: PeerQuestion<Values>,
  values: readonly Values[],
  expected: readonly (readonly object[])[],
  { columns }: Pick<PeerQuery, "columns">,
): Promise<string | undefined> {
  try {
    for (const [call, drawn] of values.entries()) {
      const difference = findDifference(columns, expected[call] ?? [], await rows(drawn));
      if (difference !== undefined) return `another answer: call ${call + 1}, ${difference}`;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function runQuery<Name extends PeerQueryName>(
  { facts, seed, reference, effort, say }: PeersRun,
  name: Name,
  ofReference: Peer,
  connected: ReadonlyMap<PeerSource, Peer | Unmeasured>,
): Promise<PeerQueryResult & { readonly query: Name }> {
  const query: PeerQuery<Name> = peerQueries[name];
  const draw = createNamedDraw(seed, `peers ${name}`);
  const drawn = (): PeerValues[Name] => query.draw(facts, draw);
  const values: [PeerValues[Name], ...PeerValues[Name][]] = [
    drawn(),
    ...Array.from({ length: Math.ceil(query.calls * effort.callShare) - 1 }, drawn),
  ];
  const question = ofReference.questions[name];
  if (question === undefined) throw new TypeError(`${reference.name} does not answer "${name}".`);
  const expected: (readonly object[])[] = [];
  for (const of of values) expected.push(await question.rows(of));
  const rows = median(expected.map(({ length }) => length));
  if (rows === 0)
    throw new RangeError(`Most answers to "${name}" hold no row, so there is nothing to compare.`);
  const asked = [askedInTurn(reference, question, values)];
  const unmeasured: Unmeasured[] = [];
  for (const [source, peer] of connected) {
    if (!source.answers.includes(name)) continue;
    if ("status" in peer) {
      unmeasured.push(peer);
      continue;
    }
    const itsQuestion: PeerQuestion<PeerValues[Name]> | undefined = peer.questions[name];
    const reason =
      itsQuestion === undefined
        ? "it has no answer to this question"
        : await differenceOf(itsQuestion, values, expected, query);
    if (itsQuestion !== undefined && reason === undefined) {
      asked.push(askedInTurn(source, itsQuestion, values));
    } else {
      say(`${source.name}, ${name}: ${reason}`);
      unmeasured.push({ peer: source.name, status: "failed", reason: reason ?? "" });
    }
  }
  say(`${name}: ${asked.length} peers gave the same answers to ${values.length} calls; measuring`);
  const { rate, figures } = await measurePeers(asked, reference.name, values.length, effort);
  return {
    query: name,
    about: query.about,
    comparedCalls: values.length,
    rows,
    rate,
    results: [
      ...[...figures].map(([peer, of]): PeerResult => ({ peer, status: "measured", figures: of })),
      ...unmeasured,
    ],
  };
}

/**
 * Runs all questions.
 * @throws where the reference cannot be had, or a call fails while it is measured
 */
export async function runPeers(run: PeersRun): Promise<readonly PeerQueryResult[]> {
  await using stack = new AsyncDisposableStack();
  const options = { url: run.url, connections: run.effort.connections, session: SESSION, say: run.say };
  const openReference = await run.reference.load();
  const reference = stack.use(await openReference(options));
  const connected = await connectPeers(run, stack);
  const results: PeerQueryResult[] = [];
  for (const name of run.questions ?? peerQueryNames)
    results.push(await runQuery(run, name, reference, connected));
  return results;
}
