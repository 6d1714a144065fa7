// What our pool adds to a call: a catalogued query through it against the very same statement of node-postgres, planned as ours is, in turns;
// and beside that, for information, the bare round trip (SELECT 1) and the time the server itself counts (EXPLAIN ANALYZE).
import { connect } from "@app/repositories";
import { type Finding, judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved, type Sampled } from "../measuring/interleaved.ts";
import { catalogueEntry, openReference, type ReferenceClient } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

/** One query of each kind that a backend asks most; rows as objects on both sides. */
export const ROUND_TRIPS = [
  "market_series.latest",
  "orders.get",
  "trades.get",
  "trades.list_by_strategy",
  "strategies.performance",
] as const;

/** What a pool may add: taking a connection and giving it back, encoding of values, decoding of exact types. */
const MOST_ADDED = 1.5;

const CALLS = 40;

/** Opens what a call is compared with. */
export type OpenReference = (url: string) => Promise<ReferenceClient>;

interface ExplainedTimes {
  readonly "Planning Time": number;
  readonly "Execution Time": number;
}

/** Planning and execution as the server counts them, call by call. */
async function serverTimes(
  { data }: GateContext,
  text: string,
  values: readonly unknown[] | undefined,
  rounds: number,
): Promise<Sampled> {
  const times: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { rows } = await data.query<{ readonly "QUERY PLAN": readonly ExplainedTimes[] }>(
      `explain (analyze, timing off, format json) ${text}`,
      values,
    );
    const explained = rows[0]?.["QUERY PLAN"][0];
    times.push(explained === undefined ? [] : [explained["Planning Time"] + explained["Execution Time"]]);
  }
  return { name: "the server's planning and execution", rounds: times };
}

async function* compare(
  context: GateContext,
  name: string,
  open: OpenReference,
): AsyncGenerator<Finding, void, undefined> {
  const { url, facts, effort } = context;
  const { text, values = [] } = drawStatement(catalogueEntry(name), facts, context.draw(name));
  const statement = { name, text, values };
  await using ours = connect({ database: url, poolSize: 1 });
  await using reference = await open(url);
  // pg is given text, as its users would give it.
  const asText = values.map((value) => (value instanceof Temporal.Instant ? value.toString() : value));
  const [own, bare, theirs] = await measureInterleaved(
    [
      {
        name: "ours",
        run: () => (context.database === context.data ? ours : context.database).query(statement),
      },
      { name: "SELECT 1", run: () => ours.query({ name: "one", text: "select 1" }) },
      { name: reference.name, run: () => reference.query(name, text, asText) },
    ],
    { rounds: effort.rounds, calls: CALLS, warmUpCalls: 10 },
  );
  if (own === undefined || bare === undefined || theirs === undefined) return;
  const bound = { kind: "at most", value: MOST_ADDED } as const;
  yield judgeRatio({ benchmark: "round-trip", subject: name, bound }, own, theirs);
  yield judgeRatio({ benchmark: "round-trip", subject: name }, own, bare);
  yield judgeRatio(
    { benchmark: "round-trip", subject: name },
    own,
    await serverTimes(context, text, values, effort.rounds),
  );
}

/** @returns the gate of what the pool adds to a reference, which plans as our sessions do on the edition unless another is given */
export function createRoundTripGate(open?: OpenReference, queries: readonly string[] = ROUND_TRIPS): Gate {
  return {
    name: "round-trip",
    about: "a call through our pool against node-postgres, the bare round trip and the server's own time",
    async *run(context) {
      const planning = context.edition === "postgres" ? "default" : "every execution";
      const opened: OpenReference = open ?? ((url) => openReference(url, planning));
      for (const name of queries) yield* compare(context, name, opened);
    },
  };
}
