// Snapshots of each strategy's equity, as its books and the market say at that minute, with the running peak of each curve.
import { type Money, moneyText, unitsToMoney } from "./amounts.ts";
import { exposure, unrealized } from "./accounting/average-cost.ts";
import type { Ledger } from "./accounting/ledger.ts";
import type { RowColumn } from "./copy-rows.ts";
import type { Instrument } from "./market/instrument.ts";
import type { RandomStream } from "./random-stream.ts";
import type { SeedStrategy } from "./strategies.ts";
import { timeOrderedIdAt } from "./time-ordered-id.ts";

/** One snapshot of a strategy's curve. */
export interface SnapshotRow {
  readonly id: string;
  readonly takenAt: number;
  readonly strategy: SeedStrategy;
  readonly equity: Money;
  readonly cash: Money;
  readonly long: Money;
  readonly short: Money;
  readonly largest: Money;
  readonly realized: Money;
  readonly unrealized: Money;
  readonly openPositions: number;
  readonly peak: Money;
}

/** Takes snapshots; remembers the peak of each curve. */
export interface SnapshotTaker {
  take(at: number, random: RandomStream, priceOf: (instrument: Instrument) => number): readonly SnapshotRow[];
}

/** What each strategy begins with, in whole units of its currency. */
const CAPITAL = 1_000_000;

/** Margin asked for, a part of the gross exposure. */
const MARGIN_DIVISOR = 4n;

export function createSnapshotTaker(ledger: Ledger, strategies: readonly SeedStrategy[]): SnapshotTaker {
  const peaks = new Map<string, Money>();
  const one = (
    strategy: SeedStrategy,
    at: number,
    random: RandomStream,
    priceOf: (of: Instrument) => number,
  ): SnapshotRow => {
    const { realized, fees, positions } = ledger.book(strategy);
    let open = 0n;
    let long = 0n;
    let short = 0n;
    let largest = 0n;
    let openPositions = 0;
    for (const { instrument, position } of positions.values()) {
      if (position.lots === 0) continue;
      openPositions += 1;
      const ticks = priceOf(instrument);
      open += unrealized(position, ticks, instrument);
      const value = exposure(position, ticks, instrument);
      if (value > 0n) long += value;
      else short -= value;
      const size = value < 0n ? -value : value;
      if (size > largest) largest = size;
    }
    const equity = unitsToMoney(CAPITAL, 0) + realized - fees + open;
    const before = peaks.get(strategy.id);
    const peak = before === undefined || equity > before ? equity : before;
    peaks.set(strategy.id, peak);
    return {
      id: timeOrderedIdAt(random, at),
      takenAt: at,
      strategy,
      equity,
      cash: equity - long + short,
      long,
      short,
      largest,
      realized,
      unrealized: open,
      openPositions,
      peak,
    };
  };
  return {
    take: (at, random, priceOf) => strategies.map((strategy) => one(strategy, at, random, priceOf)),
  };
}

/** A part of a whole in percent, to two places; NULL of nothing. */
const percent = (part: Money, whole: Money): string | null =>
  whole <= 0n ? null : (Math.min(10_000, Number((part * 10_000n) / whole)) / 100).toFixed(2);
const margin = ({ long, short }: SnapshotRow): Money => (long + short) / MARGIN_DIVISOR;
/** A loss that one day in twenty, or in a hundred, is greater: of an exposure that moves by 2 % a day. */
const valueAtRisk = ({ long, short }: SnapshotRow, permille: bigint): Money =>
  ((long + short) * permille) / 1_000n;

/** Columns of portfolio_snapshots. */
export const snapshotColumns: readonly RowColumn<SnapshotRow>[] = [
  { name: "id", type: "uuid", of: (row) => row.id },
  { name: "taken_at", type: "timestamptz", of: (row) => BigInt(row.takenAt) },
  { name: "account", type: "text", of: (row) => row.strategy.account },
  { name: "strategy_id", type: "uuid", of: (row) => row.strategy.id },
  { name: "currency", type: "text", of: (row) => row.strategy.venue.currency },
  { name: "equity", type: "numeric", of: (row) => moneyText(row.equity) },
  { name: "cash", type: "numeric", of: (row) => moneyText(row.cash) },
  { name: "long_exposure", type: "numeric", of: (row) => moneyText(row.long) },
  { name: "short_exposure", type: "numeric", of: (row) => moneyText(row.short) },
  { name: "realized_pnl", type: "numeric", of: (row) => moneyText(row.realized) },
  { name: "unrealized_pnl", type: "numeric", of: (row) => moneyText(row.unrealized) },
  { name: "margin_used", type: "numeric", of: (row) => moneyText(margin(row)) },
  { name: "margin_used_percentage", type: "numeric", of: (row) => percent(margin(row), row.equity) },
  {
    name: "largest_position_percentage",
    type: "numeric",
    of: (row) => percent(row.largest, row.long + row.short),
  },
  { name: "open_positions", type: "int4", of: (row) => row.openPositions },
  { name: "peak_equity", type: "numeric", of: (row) => moneyText(row.peak) },
  { name: "value_at_risk_95", type: "numeric", of: (row) => moneyText(valueAtRisk(row, 33n)) },
  { name: "value_at_risk_99", type: "numeric", of: (row) => moneyText(valueAtRisk(row, 47n)) },
  { name: "source", type: "text", of: () => "risk" },
];
