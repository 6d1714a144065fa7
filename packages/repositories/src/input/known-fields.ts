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
  const field = unknownField(objectField(argument, options), fields);
  if (field === undefined) return options;
  throw refusalBecause(
    field,
    `there is no such option here; those there are: ${Object.keys(fields).join(", ")}.`,
  );
}

/** The first field that is none of these; one that is undefined is not given. */
export function unknownField(given: object, fields: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(given).find(
    ([field, value]) => value !== undefined && !Object.hasOwn(fields, field),
  )?.[0];
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
  const field = unknownField(given, fields);
  if (field !== undefined) {
    throw refusalBecause(
      `${path}${field}`,
      `there is no such field of ${what} to give; those there are: ${Object.keys(fields).join(", ")}.`,
    );
  }
}
