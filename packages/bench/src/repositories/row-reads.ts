// Orders and trades as objects against row objects of node-postgres: one by its id, and a hundred of a strategy. A list is read in
// windows that widen until it is full: a hundred lie in the first one, a thousand do not, and take several statements. The
// reference is told the range, and needs one.
import { connect, type TradingData } from "@app/repositories";
import { type Finding, judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { BUSY } from "../seeding/by-sql/fills-and-orders.ts";
import { openReference, type ReferenceClient } from "../servers/reference-client.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";

const BOUND = { kind: "at most", value: 1.1 } as const;

/** Some 150 ms, or 60 where a profile makes 40 % of them: in a turn of a few ms a scheduler that gives the core to another decides the ratio. */
const ONE_ROW_CALLS = 2_000;

interface Comparison {
  readonly subject: string;
  /** For information alone. */
  readonly isNotJudged?: boolean;
  readonly calls: number;
  readonly own: (ours: TradingData) => Promise<unknown>;
  readonly reference: (client: ReferenceClient) => Promise<readonly unknown[]>;
}

async function comparisonsOf({ query, orders, trades, strategies }: TradingData): Promise<Comparison[]> {
  const { id: strategyId } = await strategies.getByName(BUSY.strategy);
  const { rows } = await query<{ readonly order: string; readonly trade: string }>(
    `select (select id from orders where strategy_id = $1 order by created_at desc offset 20 limit 1) as order,
       (select id from trades where strategy_id = $1 order by executed_at desc offset 20 limit 1) as trade`,
    [strategyId],
  );
  const [newest] = rows;
  if (newest === undefined) throw new Error("The fills were not seeded.");
  const { order, trade } = newest;
  const now = Temporal.Now.instant().round("millisecond");
  const page = {
    // As tight as the first window of the repositories: without a bound the list is slower by the age of the table.
    from: now.subtract({ hours: 48 }).toString(),
    cursorTime: "9999-12-31T00:00:00Z",
    cursorId: "ffffffff-ffff-ffff-ffff-ffffffffffff",
    limit: 100,
    includeBusted: false,
    strategyId,
  };
  await orders.get(order);
  await trades.get(trade);
  return [
    {
      subject: "orders.get",
      calls: ONE_ROW_CALLS,
      own: (ours) => ours.orders.get(order),
      reference: (client) => client.catalogued("orders.get", { id: order }),
    },
    {
      subject: "orders.list, 1,000 of a strategy over several days",
      isNotJudged: true,
      calls: 10,
      own: (ours) => ours.orders.list({ strategyId }, { limit: 1_000 }),
      reference: (client) =>
        client.catalogued("orders.list_by_strategy", {
          ...page,
          from: now.subtract({ hours: 8 * 24 }).toString(),
          limit: 1_000,
        }),
    },
    {
      subject: "orders.list, 100 of a strategy",
      calls: 150,
      own: (ours) => ours.orders.list({ strategyId }, { limit: 100 }),
      reference: (client) => client.catalogued("orders.list_by_strategy", page),
    },
    {
      subject: "trades.get",
      calls: ONE_ROW_CALLS,
      own: (ours) => ours.trades.get(trade),
      reference: (client) => client.catalogued("trades.get", { id: trade }),
    },
    {
      subject: "trades.list, 100 of a strategy",
      calls: 150,
      own: (ours) => ours.trades.list({ strategyId }, { limit: 100 }),
      reference: (client) => client.catalogued("trades.list_by_strategy", page),
    },
  ];
}

/** `rows`: orders and trades. */
export const rowReads: Benchmark = {
  name: "rows",
  about: "orders and trades as objects, against row objects",
  async *run(context) {
    const { url } = await context.fills();
    await using ours = connect({ database: url, poolSize: 1 });
    await using reference = await openReference(url);
    await using planning = await openReference(url, "every execution");
    for (const comparison of await comparisonsOf(ours)) {
      yield* compare(context, comparison, ours, [reference, planning]);
    }
  },
};

async function* compare(
  context: BenchContext,
  { subject, calls, own, reference: read, isNotJudged }: Comparison,
  ours: TradingData,
  references: readonly ReferenceClient[],
): AsyncGenerator<Finding, void, undefined> {
  const [measured, ...others] = await measureInterleaved(
    [
      { name: "ours", run: () => own(ours) },
      ...references.map((client) => ({ name: client.name, run: () => read(client) })),
    ],
    context.times(calls),
  );
  if (measured === undefined) return;
  for (const [place, other] of others.entries()) {
    const bound = place === 0 && isNotJudged !== true ? BOUND : undefined;
    yield judgeRatio({ benchmark: "rows", subject, bound }, measured, other);
  }
}
