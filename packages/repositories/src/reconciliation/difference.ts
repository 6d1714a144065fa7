// A difference: two records that should say the same and do not. Flat, so that it can be logged, stored or counted as it is.

/** What a difference is about. */
export type ReconciledRecord = "order" | "fill" | "position" | "daily_performance" | "snapshot";

/** What it was held against. */
export type ReconciledAgainst = "orders" | "fills" | "positions" | "statement";

/**
 * How they differ: `differs` in one field, `missing` where the other side has it and we have not, `unfounded` where we have it
 * and the other side has nothing that it could come from.
 */
export type DifferenceKind = "differs" | "missing" | "unfounded";

/** One difference. What does not apply is null. */
export interface Difference {
  /** What it is about. */
  readonly record: ReconciledRecord;
  /** What that was held against. */
  readonly against: ReconciledAgainst;
  /** How the two differ. */
  readonly kind: DifferenceKind;
  /** Where it is: account, strategy, instrument and currency, as far as they apply. */
  readonly account: string | null;
  readonly strategyId: string | null;
  readonly exchange: string | null;
  readonly symbol: string | null;
  readonly currency: string | null;
  /** UTC day of a daily sum. */
  readonly day: Temporal.PlainDate | null;
  readonly orderId: string | null;
  readonly tradeId: string | null;
  readonly snapshotId: string | null;
  /** The venue's or the client's own id, where a statement names a record. */
  readonly reference: string | null;
  /** Time of the order, the fill or the snapshot. */
  readonly at: Temporal.Instant | null;
  /** The field that differs, named as in the records. */
  readonly field: string | null;
  /** What the other side says it should be: amounts as exact decimal text, moments in ISO 8601. */
  readonly expected: string | null;
  /** What the record says. */
  readonly actual: string | null;
}

const NOTHING = {
  account: null,
  strategyId: null,
  exchange: null,
  symbol: null,
  currency: null,
  day: null,
  orderId: null,
  tradeId: null,
  snapshotId: null,
  reference: null,
  at: null,
  field: null,
  expected: null,
  actual: null,
};

/** A difference of which only what applies is given. */
export function difference(
  record: ReconciledRecord,
  against: ReconciledAgainst,
  kind: DifferenceKind,
  what: Partial<Omit<Difference, "record" | "against" | "kind">>,
): Difference {
  return { record, against, kind, ...NOTHING, ...what };
}
