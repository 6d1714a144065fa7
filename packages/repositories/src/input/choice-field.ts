// Words of a fixed list.
import { refusal } from "./refuse.ts";

/** One of `choices`. @throws {InvalidInputError} naming the field and the choices */
export function choice<Choice extends string>(
  field: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  throw refusal(field, value, `one of ${choices.join(", ")}`);
}

/** True or false. @throws {InvalidInputError} naming the field */
export function flag(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw refusal(field, value, "true or false");
}
