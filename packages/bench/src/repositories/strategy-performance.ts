// Performance of the strategy with most fills: over all of its days, which the roll-up answers, and over a range that begins and ends
// within a day, whose ends are read from the fills.
import { connect } from "@app/repositories";
import { judgeP99 } from "../measuring/finding.ts";
import { measureInterleaved } from "../measuring/interleaved.ts";
import { BUSY } from "../seeding/by-sql/fills-and-orders.ts";
import type { Benchmark } from "./benchmark.ts";

/** V8 compiles the ratios within so many: before, a call over years takes up to four times as long. */
const WARM_UP_CALLS = 100;

/** `performance`: figures of a strategy over all of its fills. */
export const strategyPerformance: Benchmark = {
  name: "performance",
  about: "figures of a strategy over all of its fills",
  async *run(context) {
    const { url } = await context.fills();
    await using ours = connect({ database: url, poolSize: 1 });
    const { strategies } = ours;
    const { id } = await strategies.getByName(BUSY.strategy);
    const today = Temporal.Now.plainDateISO("UTC");
    const dayStart = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime("UTC").toInstant();
    const options = { currency: "USD", capital: { initialCapital: "1000000" } } as const;
    const { fillDays } = context.size;
    const wholeDays = {
      ...options,
      from: dayStart(today.subtract({ days: fillDays + 1 })),
      to: dayStart(today.add({ days: 1 })),
    };
    const ragged = {
      ...options,
      from: Temporal.Now.instant()
        .round("second")
        .subtract({ hours: 24 * fillDays - 13 }),
      to: Temporal.Now.instant().round("second").subtract({ hours: 13 }),
    };
    const month = { ...options, from: dayStart(today.subtract({ days: 30 })), to: dayStart(today) };
    const { fills } = await strategies.performance(id, wholeDays);
    if (fills.fills !== context.size.fills) throw new Error(`The range holds ${fills.fills} fills.`);
    const [whole, ends, ofMonth] = await measureInterleaved(
      [
        {
          name: `${fillDays} whole days, from the roll-up`,
          run: () => strategies.performance(id, wholeDays),
        },
        {
          name: `${fillDays} days with both ends within a day`,
          run: () => strategies.performance(id, ragged),
        },
        { name: "30 days, from the roll-up", run: () => strategies.performance(id, month) },
      ],
      { ...context.times(60), warmUpCalls: WARM_UP_CALLS },
    );
    for (const [sampled, most] of [
      [whole, 5],
      [ends, 20],
      [ofMonth, 5],
    ] as const) {
      if (sampled === undefined) continue;
      const bound = { kind: "under", value: most } as const;
      yield judgeP99(
        { benchmark: "performance", subject: `strategies.performance, ${sampled.name}, p99`, bound },
        sampled,
      );
    }
  },
};
