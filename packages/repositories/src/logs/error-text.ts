// What a thrown value becomes in a log record: a name, and one text with its stack and those of its causes.
// Invariant: total. Whatever was thrown, getters that throw and causes in a circle included, gives a name and a text.

/** Causes that are followed, and errors of an AggregateError that are shown. */
const MOST_RELATED = 8;

/** A thrown value in words. */
export interface ErrorText {
  readonly name: string;
  readonly stack: string;
}

/** @returns name and stack of anything that was thrown */
export function errorText(thrown: unknown): ErrorText {
  try {
    return { name: nameOf(thrown), stack: stackOf(thrown, new Set()) };
  } catch {
    return { name: "Unreadable", stack: "The thrown value could not be read." };
  }
}

function nameOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return thrown === null ? "null" : typeof thrown;
  const name = textOf(thrown, "name") ?? textOf(thrown, "type");
  return name ?? thrown.constructor?.name ?? "object";
}

function textOf(source: object, field: string): string | undefined {
  const value: unknown = Reflect.get(source, field);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function stackOf(thrown: unknown, seen: Set<unknown>): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  seen.add(thrown);
  const own = textOf(thrown, "stack") ?? textOf(thrown, "message") ?? Object.prototype.toString.call(thrown);
  const related = relatedOf(thrown).filter(({ value }) => !seen.has(value) && seen.size <= MOST_RELATED);
  return [own, ...related.map(({ value, as }) => `${as}: ${stackOf(value, seen)}`)].join("\n");
}

function relatedOf(thrown: object): readonly { readonly as: string; readonly value: unknown }[] {
  const cause: unknown = Reflect.get(thrown, "cause");
  const errors: unknown = Reflect.get(thrown, "errors");
  return [
    ...(cause === undefined || cause === null ? [] : [{ as: "Caused by", value: cause }]),
    ...(Array.isArray(errors)
      ? errors.slice(0, MOST_RELATED).map((value: unknown) => ({ as: "One of its errors", value }))
      : []),
  ];
}
