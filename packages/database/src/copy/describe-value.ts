// How error messages show a value that was refused. Invariant: short, whatever the value.

const shownCharacters = 60;

/** A value in a few words: `"abc"`, `-5`, `12n`, `a Date`. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > shownCharacters ? `${value.slice(0, shownCharacters)}...` : value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return value.toString().slice(0, shownCharacters);
    case "object":
      return value === null ? "null" : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
    case "function":
    case "symbol":
    default:
      return `a ${typeof value}`;
  }
}
