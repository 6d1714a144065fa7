// JSON text of whatever a caller hung on a log record, as jsonb takes it. Not input/json-field.ts, which refuses: a log line
// must not be lost because of a cycle, a bigint, a getter that throws, or half an emoji.
// Invariant: total and bounded. The text is an object, no longer than the limit, without NUL characters and lone surrogates.
import { errorText } from "./error-text.ts";
import { LOG_LIMITS } from "./log-record.ts";

/** Deeper levels are cut: the server's parser has a stack, too. */
const DEEPEST = 100;

/** Values looked at; the same object under a million paths would otherwise hold up its caller. */
const MOST_VALUES = 20_000;

/** How much of a context that is too long is kept, in UTF-16 units. */
const KEPT_OF_TOO_LONG = 2_000;

/** JSON.stringify escapes exactly NUL and lone surrogates this way; an even number of backslashes before is data. */
const unstorableEscape = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][\da-f]{2})/gu;

/** @returns JSON text of an object; a value that is none comes as `{"value": …}` */
export function cleanJson(value: unknown): string {
  const text = stringify(value);
  const storable = text.includes(String.raw`\u`)
    ? text.replaceAll(unstorableEscape, String.raw`$1\ufffd`)
    : text;
  if (storable.length <= LOG_LIMITS.context) return storable;
  // Cut inside of a pair of surrogates, the half would be a lone one.
  const beginning = storable.slice(0, KEPT_OF_TOO_LONG).toWellFormed();
  return JSON.stringify({ tooLong: storable.length, beginning });
}

function stringify(value: unknown): string {
  try {
    const copy = new PlainCopy().of(value);
    const isObject = typeof copy === "object" && copy !== null && !Array.isArray(copy);
    return JSON.stringify(isObject ? copy : { value: copy });
  } catch {
    return '{"unreadable":true}';
  }
}

/** A copy that JSON can hold: cycles, bigints, functions and the like in words. */
class PlainCopy {
  readonly #parents = new Set<object>();
  #seen = 0;

  of(value: unknown): unknown {
    this.#seen += 1;
    if (this.#seen > MOST_VALUES) return "[too much]";
    switch (typeof value) {
      case "bigint":
        return value.toString();
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "function":
      case "symbol":
        return `[${typeof value}]`;
      case "object":
        return value === null ? null : this.#guarded(value);
      case "string":
      case "boolean":
      case "undefined":
      default:
        return value;
    }
  }

  #guarded(value: object): unknown {
    if (this.#parents.has(value)) return "[circular]";
    if (this.#parents.size >= DEEPEST) return "[too deep]";
    this.#parents.add(value);
    try {
      return this.#object(value);
    } catch {
      return "[unreadable]";
    } finally {
      this.#parents.delete(value);
    }
  }

  #object(value: object): unknown {
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name}, ${value.byteLength} bytes]`;
    if (value instanceof Error) return { ...this.#properties(value), ...errorText(value) };
    if (value instanceof Map) return this.#list([...value]);
    if (value instanceof Set) return this.#list([...value]);
    const toJson: unknown = Reflect.get(value, "toJSON");
    if (typeof toJson === "function") return this.of(Reflect.apply(toJson, value, []));
    return Array.isArray(value) ? this.#list(value) : this.#properties(value);
  }

  #list(values: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    for (const value of values) {
      copy.push(value === undefined ? null : this.of(value));
      if (this.#seen > MOST_VALUES) break;
    }
    return copy;
  }

  #properties(value: object): Record<string, unknown> {
    // Without a prototype, a property called __proto__ is data like any other.
    const copy: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) {
      copy[key] = this.#property(value, key);
      if (this.#seen > MOST_VALUES) break;
    }
    return copy;
  }

  #property(value: object, key: string): unknown {
    try {
      const inner: unknown = Reflect.get(value, key);
      return this.of(inner);
    } catch {
      return "[unreadable]";
    }
  }
}
