// Where in time the fills of an order lie as a rule. The trigger that notes the others (functions/late-fills.ts), the queries that read fills of an
// order, and the repositories that ask them have to agree on it, or a fill is overlooked: so it is said here alone.

/** Days before an order in which a fill of it may lie: clocks of venue and caller differ. */
export const earlyFillDays = 1;

/** Days behind an order in which its fills lie; a later one is noted in `late_fill_spans`. */
export const usualFillDays = 7;
