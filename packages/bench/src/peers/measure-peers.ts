// The times of peers at one question, whose answers were compared before: one caller, then as many as there are connections. In every round each
// peer has its turn, and the order turns around.
import { saturate } from "../load/closed-loop.ts";
import { runOpenLoop } from "../load/open-loop.ts";
import { judgeRatio, latencyOf } from "../measuring/finding.ts";
import { measureInterleaved, type Sampled } from "../measuring/interleaved.ts";
import { median } from "../measuring/quantile.ts";
import { intervalOfQuantile } from "../measuring/resampling.ts";
import type { PeerFigures } from "./peers-report.ts";

/** A peer at one question: every call is the next of the same calls. */
export interface AskedPeer {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
  readonly isOverServer: boolean;
}

/** How long and how often. */
export interface PeerEffort {
  /** Rounds of one caller. */
  readonly rounds: number;
  /** Rounds of load. */
  readonly loadRounds: number;
  /** Seconds of a turn in which the capacity is found. */
  readonly saturationSeconds: number;
  /** Seconds of a turn of load. */
  readonly loadSeconds: number;
  /** Calls of a turn of load at least. */
  readonly leastCalls: number;
  /** Share of the calls that are drawn for a question, and of those of a round. */
  readonly callShare: number;
  readonly connections: number;
}

/** What was measured at one question. */
export interface MeasuredPeers {
  /** Calls a second that every peer was asked under load. */
  readonly rate: number;
  readonly figures: ReadonlyMap<string, PeerFigures>;
}

/**
 * Share of what the slowest peer over the server can do at most. At more than a peer can do its callers wait the longer the longer the load lasts,
 * which would be a figure of the benchmark and not of the peer; at half of it each can keep up.
 */
const SHARE_OF_SLOWEST = 0.5;

/** Gives each its turn in each round. */
async function inTurns<Result>(
  peers: readonly AskedPeer[],
  rounds: number,
  turn: (peer: AskedPeer) => Promise<Result>,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map<string, Result[]>(peers.map(({ name }) => [name, []]));
  await measureInterleaved(
    peers.map((peer) => ({
      name: peer.name,
      run: async () => {
        results.get(peer.name)?.push(await turn(peer));
      },
    })),
    { rounds, calls: 1, warmUpCalls: 0 },
  );
  return results;
}

/**
 * @param reference the name of the peer that the others are compared with
 * @param calls of a turn of one caller
 * @throws what a call throws
 */
export async function measurePeers(
  peers: readonly AskedPeer[],
  reference: string,
  calls: number,
  effort: PeerEffort,
): Promise<MeasuredPeers> {
  const sampled = await measureInterleaved(
    peers.map(({ name, ask }) => ({ name, run: ask })),
    { rounds: effort.rounds, calls, warmUpCalls: calls },
  );
  const saturated = (): ReturnType<typeof inTurns<Awaited<ReturnType<typeof saturate>>>> =>
    inTurns(peers, effort.loadRounds, ({ ask }) =>
      saturate(ask, { workers: effort.connections, milliseconds: effort.saturationSeconds * 1_000 }),
    );
  // Every connection is opened, and every statement prepared on it, before that counts.
  await inTurns(peers, 1, ({ ask }) =>
    saturate(ask, { workers: effort.connections, milliseconds: effort.saturationSeconds * 500 }),
  );
  const capacities = await saturated();
  const rateOf = (name: string): number => median((capacities.get(name) ?? []).map(({ rate }) => rate));
  const overServer = peers.filter(({ isOverServer }) => isOverServer);
  const rate = SHARE_OF_SLOWEST * Math.min(...overServer.map(({ name }) => rateOf(name)));
  const callsOfTurn = Math.max(effort.leastCalls, Math.ceil(rate * effort.loadSeconds));
  const loads = await inTurns(
    peers.filter(({ name }) => rateOf(name) > rate),
    effort.loadRounds,
    ({ ask }) => runOpenLoop(() => ask(), { rate, calls: callsOfTurn }),
  );
  const ofReference = sampled.find(({ name }) => name === reference);
  const figures = sampled.map((own): [string, PeerFigures] => {
    const turns = capacities.get(own.name) ?? [];
    const loops = loads.get(own.name) ?? [];
    const underLoad: Sampled = { name: own.name, rounds: loops.map(({ latencies }) => [...latencies]) };
    const rates = turns.map((turn) => turn.rate);
    return [
      own.name,
      {
        oneCaller: latencyOf(own),
        ratio:
          ofReference === undefined || own === ofReference
            ? undefined
            : judgeRatio({ benchmark: "peers", subject: own.name }, own, ofReference),
        capacity: {
          rate: rateOf(own.name),
          spread: [Math.min(...rates), Math.max(...rates)],
          clientShare: median(turns.map(({ clientShare }) => clientShare)),
        },
        load:
          loops.length === 0
            ? undefined
            : {
                achievedRate: median(loops.map(({ achievedRate }) => achievedRate)),
                latency: latencyOf(underLoad),
                p99Interval: intervalOfQuantile(underLoad.rounds, 0.99),
                clientShare: median(loops.map(({ clientShare }) => clientShare)),
              },
      },
    ];
  });
  return { rate, figures: new Map(figures) };
}
