// A field that may be left out: undefined and null both mean SQL NULL.

/** @returns null where the value is absent, else what `check` makes of it */
export function optional<Result>(value: unknown, check: (value: unknown) => Result): Result | null {
  return value === undefined || value === null ? null : check(value);
}
