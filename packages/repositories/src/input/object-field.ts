// An argument that is an object of named parts: a key, a range, options. Without this check an absent one is a TypeError.
import { refusal } from "./refuse.ts";

/** An object, its parts unchecked. @throws {InvalidInputError} naming the argument */
export function objectField<Value extends object>(field: string, value: Value): Value {
  // Typed callers cannot give anything else; those without types, or with a `!`, do.
  const given: unknown = value;
  if (typeof given === "object" && given !== null) return value;
  throw refusal(field, value, "an object");
}
