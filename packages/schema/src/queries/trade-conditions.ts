// Pieces that readings of trades share: whose fills, in which order, from where on. A bound stands as a plain condition on the
// time too, since TimescaleDB leaves no chunk out by a comparison of rows.

/** One position's fills; those of no strategy are a position too. */
export const ofPosition = `(strategy_id = :strategyId or (:strategyId is null and strategy_id is null))
  and account = :account and exchange = :exchange and symbol = :symbol`;

/** Newest first; among fills of one moment against the order of accounting. */
export const newestFirst = `order by executed_at desc, id desc`;

/** The next page behind a place, in the order of accounting; why not by a comparison of rows: behind-cursor.ts. */
export const fillsForward = `executed_at >= :from and (executed_at <> :from or id > :cursorId) and executed_at < :to
order by executed_at, id limit :limit`;
