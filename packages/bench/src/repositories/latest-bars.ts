// The latest bar of one series against node-postgres, and of 500 series together. Of one series twice: against the newest row of
// the bars, which is how it is asked without a catalogue of series, and against the very statement the repository sends.
import { connect } from "@app/repositories";
import { judgeP99, judgeRatio } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { LONG_SERIES, SHORT_EXCHANGE } from "../seeding/by-sql/bars.ts";
import { openReference } from "../servers/reference-client.ts";
import type { Benchmark } from "./benchmark.ts";

const NEWEST_BAR = `select exchange, symbol, timeframe, time, open, high, low, close, volume from market_data
where exchange = $1 and symbol = $2 and timeframe = $3 and time >= $4 order by time desc limit 1`;

const BOUND = { kind: "at most", value: 1 } as const;

/** As many as of a row by its id (row-reads.ts). */
const ONE_ROW_CALLS = 2_000;

/** `latest`: the latest bar of one series and of 500. */
export const latestBars: Benchmark = {
  name: "latest",
  about: "the latest bar of one series against row objects, and of 500 series",
  async *run(context) {
    const { url } = await context.market();
    await using ours = connect({ database: url, poolSize: 1 });
    await using reference = await openReference(url);
    await using planning = await openReference(url, "every execution");
    const { marketData } = ours;
    const { exchange, symbol, timeframe } = LONG_SERIES;
    // A bound near the present: without one it is planned over the chunks of years.
    const since = Temporal.Now.instant().round("second").subtract({ hours: 24 }).toString();
    const newest = [exchange, symbol, timeframe, since];
    const [own, ofBars, ofBarsPlanned, ofSame, ofSamePlanned] = await measureInterleaved(
      [
        { name: "latestBar", run: () => marketData.latestBar(LONG_SERIES) },
        {
          name: `${reference.name}, newest row of the bars`,
          run: () => reference.query("newest", NEWEST_BAR, newest),
        },
        {
          name: `${planning.name}, newest row of the bars`,
          run: () => planning.query("newest", NEWEST_BAR, newest),
        },
        {
          name: `${reference.name}, the same statement`,
          run: () => reference.catalogued("market_series.latest", LONG_SERIES),
        },
        {
          name: `${planning.name}, the same statement`,
          run: () => planning.catalogued("market_series.latest", LONG_SERIES),
        },
      ],
      context.times(ONE_ROW_CALLS),
    );
    const subject = "marketData.latestBar";
    if (own === undefined) return;
    for (const [other, bound] of [
      [ofBars, BOUND],
      [ofSame, BOUND],
      [ofBarsPlanned, undefined],
      [ofSamePlanned, undefined],
    ] as const) {
      if (other !== undefined) yield judgeRatio({ benchmark: "latest", subject, bound }, own, other);
    }

    const symbols = Array.from({ length: context.size.series }, (_, index) => `S${index}`);
    const ofExchange = { exchange: SHORT_EXCHANGE, timeframe } as const;
    const { items } = await marketData.listLatestBars(ofExchange, { symbols });
    if (items.length !== symbols.length) throw new Error("Not every series has a latest bar.");
    const many = await measureInterleaved(
      [
        {
          name: `listLatestBars of ${symbols.length} symbols`,
          run: () => marketData.listLatestBars(ofExchange, { symbols }),
        },
        {
          name: `listLatestBars of an exchange with ${symbols.length} series`,
          run: () => marketData.listLatestBars(ofExchange, { limit: symbols.length }),
        },
      ],
      context.times(60),
    );
    for (const sampled of many) {
      const bound = { kind: "at most", value: 5 } as const;
      yield judgeP99({ benchmark: "latest", subject: `marketData.${sampled.name}, p99`, bound }, sampled);
    }
  },
};
