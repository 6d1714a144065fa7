// Rows of a list behind its cursor, newest first. Not the window of time that a list asks for in one statement: the repositories choose it.
// Invariant: plain bounds on the time, which leave chunks out; a comparison of rows leaves none out (measured, 1,704 chunks,
// TimescaleDB 2.29.2: planned in 1,352 ms, with the time beside it in 3 ms).

/**
 * Rows from `:from` to the cursor. Not `(time, id) < (:cursorTime, :cursorId)`: the planner multiplies its share with that of the plain bounds,
 * as if one did not follow from the other. For a place in the past it then expected a twentieth of the rows, fewer than a page, and read and
 * sorted all of a window instead of going along the index: 11 ms instead of 0.3 (PostgreSQL 18.4, a page of winning fills of two days with
 * 6,500). The price: rows of the cursor's own microsecond are looked at again by each page.
 */
export const behindCursor = (time: string): string =>
  `${time} >= :from and ${time} <= :cursorTime and (${time} <> :cursorTime or id < :cursorId)`;
