// How much is seeded. Sizes only: what the rows look like is the business of market/, orders/ and the rest.

/** How much of everything. */
export interface SeedProfile {
  readonly name: AnySeedProfileName;
  readonly about: string;
  /** Days of history, the last one before the end date. */
  readonly days: number;
  /** Instruments of the exchange with sessions, and of the one that never closes. */
  readonly equities: number;
  readonly cryptos: number;
  /** Last days of which every minute of the session has a bar. */
  readonly fullDays: number;
  /** Minute bars of each day before those. */
  readonly minutesOfOlderDay: number;
  /** Orders of all days; an order has two fills in the mean. */
  readonly orders: number;
  /** Of them, those of the last days, where activity lies there. @defaultValue spread over all days */
  readonly recent?: { readonly days: number; readonly orders: number };
  readonly strategies: number;
  readonly accounts: number;
  /** Hours before the end that snapshots are taken in, and minutes between those of a curve. */
  readonly snapshots: { readonly hours: number; readonly everyMinutes: number };
  /** Hours before the end that have log lines, and lines of each. */
  readonly logs: { readonly hours: number; readonly linesPerHour: number };
  /** Whether tables in chunks of a week are put into chunks of a day. @defaultValue false */
  readonly inDailyChunks?: boolean;
  /** Whether older chunks go into columns, which joins those of bars, snapshots and logs. */
  readonly intoColumns: boolean;
}

export const seedProfileNames = ["smoke", "small", "medium", "large", "deep"] as const;

/** Name of a profile that is measured on. */
export type SeedProfileName = (typeof seedProfileNames)[number];

/** The same, and the one that only tests of the seeding use. */
export type AnySeedProfileName = SeedProfileName | "trial";

/**
 * The profiles. Orders of `medium` and `large` are fewer than in proportion (5 and 25 million would be): accounted fills are
 * what seeding takes longest for, and beyond some million only their number per chunk tells.
 */
export const seedProfiles: Readonly<Record<AnySeedProfileName, SeedProfile>> = {
  trial: {
    name: "trial",
    about: "a few days, for tests of the seeding itself",
    days: 5,
    equities: 2,
    cryptos: 1,
    fullDays: 5,
    minutesOfOlderDay: 0,
    orders: 1_500,
    strategies: 4,
    accounts: 2,
    snapshots: { hours: 6, everyMinutes: 30 },
    logs: { hours: 4, linesPerHour: 40 },
    intoColumns: true,
  },
  smoke: {
    name: "smoke",
    about: "a twentieth of small, for tests",
    days: 14,
    equities: 10,
    cryptos: 3,
    fullDays: 14,
    minutesOfOlderDay: 0,
    orders: 25_000,
    strategies: 8,
    accounts: 3,
    snapshots: { hours: 48, everyMinutes: 15 },
    logs: { hours: 24, linesPerHour: 200 },
    intoColumns: true,
  },
  small: {
    name: "small",
    about: "90 days, 2 million bars, 0.5 million orders, 1 million trades",
    days: 90,
    equities: 39,
    cryptos: 8,
    fullDays: 90,
    minutesOfOlderDay: 0,
    orders: 500_000,
    strategies: 24,
    accounts: 6,
    snapshots: { hours: 14 * 24, everyMinutes: 5 },
    logs: { hours: 7 * 24, linesPerHour: 600 },
    intoColumns: true,
  },
  medium: {
    name: "medium",
    about: "a year, 20 million bars, 2 million orders, 4 million trades",
    days: 365,
    equities: 73,
    cryptos: 24,
    fullDays: 365,
    minutesOfOlderDay: 0,
    orders: 2_000_000,
    strategies: 40,
    accounts: 8,
    snapshots: { hours: 28 * 24, everyMinutes: 5 },
    logs: { hours: 14 * 24, linesPerHour: 600 },
    intoColumns: true,
  },
  large: {
    name: "large",
    about: "three years, 100 million bars, 5 million orders, 10 million trades",
    days: 1_096,
    equities: 121,
    cryptos: 40,
    fullDays: 1_096,
    minutesOfOlderDay: 0,
    orders: 5_000_000,
    strategies: 60,
    accounts: 10,
    snapshots: { hours: 28 * 24, everyMinutes: 5 },
    logs: { hours: 14 * 24, linesPerHour: 600 },
    intoColumns: true,
  },
  // Within the seven years and the 90 days of retention, with room for a database that is used for a week.
  deep: {
    name: "deep",
    about: "seven years of daily chunks with few rows each, never in columns",
    days: 2_548,
    equities: 2,
    cryptos: 2,
    fullDays: 10,
    minutesOfOlderDay: 1,
    orders: 13_000,
    recent: { days: 10, orders: 3_000 },
    strategies: 6,
    accounts: 2,
    snapshots: { hours: 2_548, everyMinutes: 60 },
    logs: { hours: 80 * 24, linesPerHour: 5 },
    inDailyChunks: true,
    intoColumns: false,
  },
};
