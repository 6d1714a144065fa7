// The strategies that trade: which instruments each trades, for which account, and how much. Made up.
// Invariant: each trades on one exchange alone; of those of an exchange the first is the busiest.
import type { DirectConnection } from "@app/database";
import { microsecondsToInstant } from "@app/database";
import { cryptoVenue, equityVenue, type Instrument, type Venue } from "./market/instrument.ts";
import { DAY_MICROSECONDS } from "./market/trading-session.ts";
import { randomStream } from "./random-stream.ts";
import type { SeedProfile } from "./seed-profile.ts";
import { timeOrderedIdAt } from "./time-ordered-id.ts";

/** One strategy. */
export interface SeedStrategy {
  readonly id: string;
  readonly createdAt: number;
  readonly name: string;
  readonly kind: string;
  readonly account: string;
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  /** Part of all orders of its exchange. */
  readonly share: number;
  /** Quotes rather than takes. */
  readonly isMaker: boolean;
}

const KINDS = ["market_making", "mean_reversion", "momentum", "statistical_arbitrage", "execution"] as const;
const MOST_INSTRUMENTS = 6;

/** @param startsAt microseconds since 1970 of the first day */
export function strategiesOf(
  profile: SeedProfile,
  seed: number,
  instruments: readonly Instrument[],
  startsAt: number,
): readonly SeedStrategy[] {
  const random = randomStream(seed, "strategies");
  const venueOf = (slot: number): Venue => (slot % 2 === 0 ? equityVenue : cryptoVenue);
  return Array.from({ length: profile.strategies }, (_, slot) => {
    const venue = venueOf(slot);
    const traded = instruments.filter((instrument) => instrument.venue === venue);
    const first = (slot >> 1) * 3;
    const createdAt = startsAt - DAY_MICROSECONDS * 30 + slot * 3_600_000_000;
    const kind = KINDS[slot % KINDS.length] ?? KINDS[0];
    return {
      id: timeOrderedIdAt(random, createdAt),
      createdAt,
      name: `${kind.replaceAll("_", " ")} ${slot + 1}`,
      kind,
      account: `ACC-${String((slot % profile.accounts) + 1).padStart(2, "0")}`,
      venue,
      instruments: Array.from(
        { length: Math.min(MOST_INSTRUMENTS, traded.length) },
        (_unused, index) => traded[(first + index) % traded.length],
      ).filter((instrument) => instrument !== undefined),
      // Zipf: the second trades half as much as the first.
      share: 1 / (1 + (slot >> 1)),
      isMaker: kind === "market_making",
    };
  });
}

/** Puts the strategies into the database, by a plain statement: they are few, and their creation is audited as any. */
export async function insertStrategies(
  connection: DirectConnection,
  strategies: readonly SeedStrategy[],
): Promise<number> {
  for (const [slot, strategy] of strategies.entries()) {
    const createdAt = microsecondsToInstant(BigInt(strategy.createdAt));
    await connection.query(
      `insert into strategies (id, created_at, updated_at, name, kind, status, activated_at, base_currency, configuration, symbols, tags,
         max_order_notional, max_position_notional, max_daily_loss, max_drawdown_percentage, max_leverage, max_open_orders,
         investment_decision_algorithm_id, execution_algorithm_id)
       values ($1, $2, $2, $3, $4, $5, $2, $6, $7, $8, $9, 250000, 2000000, 50000, 20, 4, 200, $10, 'router-1')`,
      [
        strategy.id,
        createdAt,
        strategy.name,
        strategy.kind,
        slot > 3 && slot % 8 === 5 ? "paused" : "active",
        strategy.venue.currency,
        { window: 20 + slot, threshold: 1.5 },
        strategy.instruments.map(({ symbol }) => symbol),
        [strategy.venue.exchange.toLowerCase(), strategy.isMaker ? "maker" : "taker"],
        algorithmOf(strategy),
      ],
    );
  }
  return strategies.length;
}

/** Who decides for a strategy: RTS 6 Annex II. */
export function algorithmOf({ kind, name }: SeedStrategy): string {
  return `${kind}-${name.split(" ").at(-1) ?? ""}`;
}
