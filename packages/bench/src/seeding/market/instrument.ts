// What is traded: two exchanges, one with sessions and one that never closes, and the instruments of each. Made up; the numbers
// are of the size such instruments have. Not their prices over time (price-path.ts).
import { randomStream } from "../random-stream.ts";
import type { SeedProfile } from "../seed-profile.ts";

/** A place of trading. */
export interface Venue {
  readonly exchange: string;
  /** ISO 10383, where it has one. */
  readonly mic: string | undefined;
  readonly timeZone: string;
  /** Local opening time, and length of a session; every day where it never closes. */
  readonly session: { readonly opens: string; readonly minutes: number } | "always";
  /** Settlement currency of its instruments. */
  readonly currency: string;
}

/** New York's main session, Monday to Friday; holidays are traded through. */
export const equityVenue: Venue = {
  exchange: "XNAS",
  mic: "XNAS",
  timeZone: "America/New_York",
  session: { opens: "09:30", minutes: 390 },
  currency: "USD",
};

/** A crypto exchange, around the clock. */
export const cryptoVenue: Venue = {
  exchange: "COIN",
  mic: undefined,
  timeZone: "UTC",
  session: "always",
  currency: "USDT",
};

/** One instrument. Prices are whole ticks, quantities whole lots. */
export interface Instrument {
  readonly venue: Venue;
  readonly symbol: string;
  /** A tick is 10 to the minus this. */
  readonly priceDecimals: number;
  /** A lot is 10 to the minus this. */
  readonly quantityDecimals: number;
  /** Lots of a usual order. */
  readonly usualLots: number;
  readonly firstPrice: number;
  /** Standard deviation of a day's logarithmic return, in the long run. */
  readonly dailyVolatility: number;
  /** Units traded in a usual minute. */
  readonly minuteVolume: number;
}

/** @returns the instruments of a profile, those with sessions first */
export function instrumentsOf(profile: SeedProfile, seed: number): readonly Instrument[] {
  const equities = Array.from({ length: profile.equities }, (_, index): Instrument => {
    const random = randomStream(seed, "equity", index);
    const firstPrice = Math.round(Math.exp(Math.log(60) + 0.8 * random.normal()) * 100) / 100;
    return {
      venue: equityVenue,
      symbol: `EQ${String(index + 1).padStart(3, "0")}`,
      priceDecimals: 2,
      quantityDecimals: 0,
      usualLots: Math.max(1, Math.round(15_000 / firstPrice / 10)) * 10,
      firstPrice,
      dailyVolatility: 0.012 + 0.012 * random.uniform(),
      minuteVolume: Math.round(2_000 + 20_000 * random.uniform()),
    };
  });
  const cryptos = Array.from({ length: profile.cryptos }, (_, index): Instrument => {
    const random = randomStream(seed, "crypto", index);
    // The first is the size of bitcoin, the others spread over the magnitudes below.
    const firstPrice = index === 0 ? 60_000 : Math.exp(Math.log(80) + 2 * random.normal());
    const priceDecimals = firstPrice >= 10_000 ? 1 : firstPrice >= 100 ? 2 : 4;
    return {
      venue: cryptoVenue,
      symbol: `C${String(index + 1).padStart(2, "0")}-USDT`,
      priceDecimals,
      quantityDecimals: 4,
      usualLots: Math.max(1, Math.round((5_000 / firstPrice) * 1_000)) * 10,
      firstPrice,
      dailyVolatility: 0.025 + 0.02 * random.uniform(),
      minuteVolume: Math.max(0.5, (400_000 / firstPrice) * (0.2 + random.uniform())),
    };
  });
  return [...equities, ...cryptos];
}
