// What a seeded database holds, as far as it follows from profile, seed and end date: instruments, their prices, strategies.
import { type Instrument, instrumentsOf } from "./market/instrument.ts";
import { createPricePath, type PricePath } from "./market/price-path.ts";
import { startOfDay } from "./market/trading-session.ts";
import { type SeedStrategy, strategiesOf } from "./strategies.ts";
import type { SeedProfile } from "./seed-profile.ts";

/** The made-up world. */
export interface SeedHistory {
  readonly profile: SeedProfile;
  readonly seed: number;
  readonly firstDay: Temporal.PlainDate;
  /** The day after the last one: rows end before its 00:00 UTC. */
  readonly endDay: Temporal.PlainDate;
  readonly instruments: readonly Instrument[];
  readonly paths: ReadonlyMap<Instrument, PricePath>;
  readonly strategies: readonly SeedStrategy[];
}

/** The same arguments give the same history. */
export function createSeedHistory(
  profile: SeedProfile,
  seed: number,
  endDay: Temporal.PlainDate,
): SeedHistory {
  const firstDay = endDay.subtract({ days: profile.days });
  const instruments = instrumentsOf(profile, seed);
  return {
    profile,
    seed,
    firstDay,
    endDay,
    instruments,
    paths: new Map(
      instruments.map((instrument) => [
        instrument,
        createPricePath(instrument, seed, firstDay, profile.days),
      ]),
    ),
    strategies: strategiesOf(profile, seed, instruments, startOfDay(firstDay)),
  };
}
