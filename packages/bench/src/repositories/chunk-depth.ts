// The same reads over few chunks and over as many as seven years make: none may grow with the history, so every statement has
// to name the stretch of time it reads. Databases of one server, a connection of one's own to each.
import { connect } from "@app/repositories";
import { judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { RECENT_DAYS } from "../seeding/by-sql/chunked-history.ts";
import type { Benchmark } from "./benchmark.ts";
import { historyReads } from "./history-reads.ts";

const BOUND = { kind: "at most", value: 1.2 } as const;

/** `chunks`: the same reads over ten days of chunks and over seven years. */
export const chunkDepth: Benchmark = {
  name: "chunks",
  about: `the same reads over ${RECENT_DAYS} chunks and over as many as years make`,
  needsChunks: true,
  async *run(context) {
    const { few, many } = await context.histories();
    await using ofFew = connect({ database: few.url, poolSize: 1 });
    await using ofMany = connect({ database: many.url, poolSize: 1 });
    const shallow = await historyReads(few.url, ofFew);
    const deep = await historyReads(many.url, ofMany);
    for (const [place, { name, run }] of shallow.entries()) {
      const same = deep[place];
      if (same === undefined) continue;
      const [small, large] = await measureInterleaved(
        [
          { name: `${RECENT_DAYS} chunks`, run },
          { name: `${context.size.chunks} chunks`, run: same.run },
        ],
        context.times(20),
      );
      if (small === undefined || large === undefined) continue;
      yield judgeRatio({ benchmark: "chunks", subject: name, bound: BOUND }, large, small);
    }
  },
};
