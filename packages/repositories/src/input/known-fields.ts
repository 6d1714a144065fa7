// Fields that are known by name. A misspelt one that was passed over would be a value the caller believes was taken.
import { objectField } from "./object-field.ts";
import { refusalBecause } from "./refuse.ts";

/** The fields of an object of options, each by its name. */
export type FieldNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Options as they are, if they have no field that is none: a misspelt `cursor` that was passed over would be the first page again.
 * @param argument what it is called, for errors where it is no object
 * @throws {InvalidInputError} naming the field
 */
export function knownOptions<Options extends object>(
  argument: string,
  options: Options,
  fields: FieldNames<Options>,
): Options {
  for (const [field, value] of Object.entries(objectField(argument, options))) {
    if (value === undefined || Object.hasOwn(fields, field)) continue;
    const names = Object.keys(fields).join(", ");
    throw refusalBecause(field, `there is no such option here, but ${names}.`);
  }
  return options;
}

/**
 * Refuses what none of the fields is; one that is undefined is not given.
 * @param path what errors put before the field, such as `stopLoss.`
 * @throws {InvalidInputError} naming the field
 */
export function refuseUnknownFields(
  what: string,
  given: object,
  fields: Readonly<Record<string, unknown>>,
  path = "",
): void {
  for (const [field, value] of Object.entries(given)) {
    if (value !== undefined && !Object.hasOwn(fields, field)) {
      throw refusalBecause(`${path}${field}`, `it is no field of ${what} that can be given.`);
    }
  }
}
