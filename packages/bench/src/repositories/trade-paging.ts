// The last page of a long trade history against its first: page 10,000 of 50 fills each at the full size.
import { connect, type TradingData } from "@app/repositories";
import { judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { BUSY } from "../seeding/by-sql/fills-and-orders.ts";
import type { Benchmark } from "./benchmark.ts";

const PAGE = 50;
const STEP = 1_000;

/** Steps to the place right before the last page; a cursor is a place, whatever the length of the pages that led to it. */
async function cursorBehind(
  { trades }: TradingData,
  strategyId: string,
  fills: number,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let left = fills; left > 0; left -= STEP) {
    ({ next: cursor } = await trades.list({ strategyId }, { cursor, limit: Math.min(left, STEP) }));
  }
  return cursor;
}

/** `paging`: the last page of a trade history. */
export const tradePaging: Benchmark = {
  name: "paging",
  about: "a late page of a trade history (10,000 at the full size) against page 1",
  async *run(context) {
    const { url } = await context.fills();
    await using ours = connect({ database: url, poolSize: 1 });
    const { trades, strategies } = ours;
    const { id: strategyId } = await strategies.getByName(BUSY.strategy);
    const cursor = await cursorBehind(ours, strategyId, context.size.fills - PAGE);
    const lastPage = context.size.fills / PAGE;
    const { items } = await trades.list({ strategyId }, { cursor, limit: PAGE });
    if (items.length !== PAGE) throw new Error(`Page ${lastPage} has ${items.length} fills.`);
    const [first, last] = await measureInterleaved(
      [
        { name: "page 1", run: () => trades.list({ strategyId }, { limit: PAGE }) },
        { name: `page ${lastPage}`, run: () => trades.list({ strategyId }, { cursor, limit: PAGE }) },
      ],
      context.times(60),
    );
    if (first === undefined || last === undefined) return;
    const bound = { kind: "at most", value: 1.1 } as const;
    yield judgeRatio(
      { benchmark: "paging", subject: `trades.list, page ${lastPage} of ${PAGE} fills`, bound },
      last,
      first,
    );
  },
};
